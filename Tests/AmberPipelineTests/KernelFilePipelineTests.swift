import AmberBundle
import AmberModel
import AmberTestSupport
import Testing

/// What the kernel says of the machine, in `/proc` and `/sys`.
struct KernelFilePipelineTests {
    @Test(arguments: [
        "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/sys/vm/swappiness",
    ])
    func `a file of proc that the run read is in the record`(_ path: String) throws {
        let session = try AmberSession()
        let end = try session.shell("amber capture --output $OUT -- sh -c 'cat \(path) >/dev/null; exit 3'")
        #expect(end.status == 3)
        let reader = try BundleReader(path: session.site.desk + "/run.amber")
        let size = try #require(try reader.readRecord().files["pseudo\(path)"])
        #expect(size > 0)
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.errorText)")
    }

    @Test func `every replay sees the recorded file of proc and not this machine's`() throws {
        let session = try AmberSession()
        let script = "cat /proc/meminfo > /dev/null; test -z \"$SHOW\" || cat /proc/meminfo; exit 3"
        let end = try session.shell("amber capture --output $OUT -- sh -c '\(script)'")
        #expect(end.status == 3)
        // This machine's own differs from one second to the next.
        let first = try session.replay("--set-env SHOW=1").end
        let second = try session.replay("--set-env SHOW=1").end
        #expect(first.outputText.contains("MemTotal:"))
        #expect(first.outputText == second.outputText)
    }

    @Test func `a file of sysfs is there with its directory`() throws {
        let session = try AmberSession()
        let script =
            "cat /sys/kernel/mm/transparent_hugepage/enabled; ls -d /sys/devices/system/cpu/cpu[0-9]* /sys/devices/system/cpu; cat /sys/devices/system/cpu/online; exit 3"
        let end = try session.shell("amber capture --output $OUT -- bash -c '\(script)'")
        #expect(end.status == 3)
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.errorText)")
    }

    @Test(arguments: ["/proc/kmsg", "/proc/kcore", "/proc/sys/kernel/random/uuid", "/proc/keys"])
    func `a file that blocks, changes or tells secrets is not read`(_ path: String) throws {
        let session = try AmberSession()
        _ = try session.shell(
            "amber capture --output $OUT -- sh -c 'exec 2>/dev/null; exec 3<\(path); exit 3'")
        let reader = try BundleReader(path: session.site.desk + "/run.amber")
        #expect(try reader.readRecord().files["pseudo\(path)"] == nil)
    }
}

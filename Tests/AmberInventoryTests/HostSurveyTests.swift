import AmberInventory
import AmberModel
import AmberTestSupport
import Testing

@Suite struct HostSurveyTests {
    private static let record = HostSurvey.record(environment: [
        "LANG=de_DE.UTF-8", "LC_ALL=C", "HOME=/x", "TZ=:Asia/Tokyo",
    ])

    @Test func `the kernel's names are those of uname`() throws {
        #expect(Self.record.kernelRelease + "\n" == shell("uname -r"))
        #expect(Self.record.kernelVersion + "\n" == shell("uname -v"))
        #expect(Self.record.architecture + "\n" == shell("uname -m"))
        #expect(Self.record.hostName + "\n" == shell("uname -n"))
    }

    @Test func `processors and memory are those that the run may use`() throws {
        #expect("\(Self.record.processorCount)\n" == shell("env -u OMP_NUM_THREADS nproc"))
        #expect(Self.record.memoryInBytes > 1 << 20)
        #expect(!Self.record.processorFlags.isEmpty)
    }

    @Test func `the distribution is read with its quotes removed`() throws {
        let expected = try #require(shell(". /etc/os-release; printf %s \"$PRETTY_NAME\""))
        #expect(Self.record.distribution["PRETTY_NAME"] == expected)
    }

    @Test func `locale and time zone come from the environment first`() {
        #expect(Self.record.locale == ["LANG": "de_DE.UTF-8", "LC_ALL": "C"])
        #expect(Self.record.timeZone == "Asia/Tokyo")
    }

    @Test(arguments: ["vm.overcommit_memory", "kernel.pid_max", "net.ipv4.ip_local_port_range"])
    func `a sysctl has the value that the kernel shows`(_ name: String) throws {
        let path = "/proc/sys/" + name.split(separator: ".").joined(separator: "/")
        let expected = try #require(shell("cat \(path) 2>/dev/null | tr '\\t' ' '"))
        #expect(Self.record.sysctls[name].map { $0 + "\n" } == (expected.isEmpty ? nil : expected))
    }
}

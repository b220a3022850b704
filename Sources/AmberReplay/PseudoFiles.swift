import AmberKernel
import AmberSandbox

/// Files that the kernel made up on the recorded machine, shown again in place of this machine's.
enum PseudoFiles {
    /// What to bind, out of the record's `pseudo` directory.
    static func overlays(_ record: RecordDirectory) -> [SandboxPlan.Overlay] {
        var overlays: [SandboxPlan.Overlay] = []
        var queue = [""]
        let base = record.path + "/pseudo"
        while let directory = queue.popLast(), overlays.count < 500 {
            guard
                let tree = try? Files.open(
                    KernelPath(base + directory),
                    Files.Flag.readOnly | Files.Flag.directory | Files.Flag.noFollow),
                let names = try? Files.names(of: tree.number, limit: 1000)
            else { continue }
            for name in names {
                let path = directory + "/" + String(decoding: name, as: UTF8.self)
                guard let status = try? Files.status(KernelPath(base + path)) else { continue }
                if status.isDirectory { queue.append(path) }
                if status.isRegular, path.hasPrefix("/proc/") {
                    overlays.append(SandboxPlan.Overlay(source: base + path, target: path))
                }
            }
        }
        return overlays
    }
}

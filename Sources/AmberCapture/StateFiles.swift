import AmberBundle
import AmberKernel
import AmberModel
import AmberRecipes
import AmberSupervisor

/// The files that a service has changed, as they stand now: its database, its uploads, its counters.
///
/// Copied at once, while the service goes on: what it writes in the meantime may be half there, as after a power cut.
struct StateFiles {
    /// The entries below `requests/`; contents are stretches of a file that this value keeps open.
    let entries: [LayerEntry]
    private let file: SharedDescriptor?

    /// Most bytes of one file, and of all.
    private static let largest: UInt64 = 256 << 20
    private static let mostBytes: UInt64 = 512 << 20
    private static let mostFiles = 10_000

    /// Copies what a run has changed.
    init(_ observation: Observation, spool: String?, isLeftOut: (ByteString) -> Bool) {
        guard let copies = try? Self.makeFile(spool) else {
            entries = []
            file = nil
            return
        }
        var lines: [StateRecord] = []
        var entries: [LayerEntry] = []
        var length: UInt64 = 0
        for touched in observation.files where touched.uses.contains(.written) {
            let path = observation.location(of: observation.paths[touched.path], since: touched.event)
            guard lines.count < Self.mostFiles, Self.isState(path), !isLeftOut(ByteString(path)),
                let source = try? Files.open(
                    KernelPath(path), Files.Flag.readOnly | Files.Flag.nonBlocking | Files.Flag.noFollow),
                let status = try? Files.status(of: source.number), status.isRegular,
                status.sizeInBytes <= Self.largest, length + status.sizeInBytes <= Self.mostBytes,
                let size = try? Files.copyData(
                    from: source.number, to: copies.number, at: length, size: status.sizeInBytes)
            else { continue }
            let name = "requests/state/\(lines.count + 1)"
            lines.append(
                StateRecord(
                    path: ByteString(path), file: name, sizeInBytes: size, mode: status.mode & 0o7777,
                    userID: status.userID, groupID: status.groupID, modifiedAt: status.modifiedAt))
            entries.append(.record(name, .stretch(copies.number, offset: length), sizeInBytes: size))
            length = (length + size + 4095) & ~4095
        }
        if let list = try? RecordJSON.lines(lines), !lines.isEmpty {
            entries.append(.record("requests/state.jsonl", list))
        }
        self.entries = entries
        file = copies
    }

    private static func makeFile(_ spool: String?) throws(SyscallError) -> SharedDescriptor {
        guard let spool else { return SharedDescriptor(try Files.makeMemoryFile("amber-state")) }
        return SharedDescriptor(
            try Files.open(KernelPath(spool), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600))
    }

    /// Logs, caches of compiled code and the kernel's own files are no state.
    private static func isState(_ path: [UInt8]) -> Bool {
        let volatile = ["/proc/", "/sys/", "/dev/", "/run/", "/var/run/", "/var/log/"]
        if volatile.contains(where: { path.starts(with: $0.utf8) }) { return false }
        let text = String(decoding: path, as: UTF8.self)
        // SQLite makes its shared memory anew; what it holds is of use to the processes that map it only.
        return ![".log", ".pyc", ".pid", ".lock", "-shm"].contains { text.hasSuffix($0) }
    }
}

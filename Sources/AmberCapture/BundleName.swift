import AmberKernel
import AmberModel

/// Where a bundle goes when nobody says so: `./NAME-UTCTIME.amber`.
enum BundleName {
    /// A path in the working directory; in /var/tmp where that cannot be written.
    ///
    /// It may be taken, by a capture that began in the same second: `BundleWriter` finds a free one beside it.
    static func choose(
        for arguments: [ByteString], startedAt: Int64, workingDirectory: [UInt8]
    ) -> (String, note: String?) {
        let program = arguments.first?.bytes ?? []
        let name = program[((program.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
        let safe = name.map { isPlain($0) ? Character(Unicode.Scalar($0)) : "_" }
        let stem = "\(safe.isEmpty ? "run" : String(safe.prefix(100)))-\(Timestamp.compact(startedAt))"
        // A directory that was removed takes no new files, whoever asks.
        let isThere = (try? Files.status("."))?.linkCount != 0
        if isThere, Files.mayWrite(".") { return ("./\(stem).amber", nil) }
        let directory = ByteString(workingDirectory)
        let other = ["/var/tmp", "/tmp"].first { Files.mayWrite(KernelPath($0)) } ?? "."
        return ("\(other)/\(stem).amber", "\(directory) cannot be written: the bundle is in \(other)")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

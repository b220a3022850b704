import AmberBundle
import AmberKernel
import AmberModel
import AmberSupervisor

/// The spooled trace as `events.jsonl.zst`, in a nameless file.
final class EventTrace: Sendable {
    /// The file.
    let file: OwnedDescriptor

    /// Writes the trace; only reads what it is given.
    init(_ observation: Observation, spool: String?) throws {
        if let spool {
            file = try Files.open(KernelPath(spool), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600)
        } else {
            file = try Files.makeMemoryFile("amber-events")
        }
        let compressed = try ZstdFile(writingTo: file.number)
        var lines = RecordLine()
        try observation.forEachEvent { event in
            lines.append(event)
            if lines.bytes.count > 1 << 16 { try compressed.write(lines.take()) }
        }
        try compressed.write(lines.take())
        try compressed.finish()
    }
}

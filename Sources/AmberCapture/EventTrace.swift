import AmberBundle
import AmberKernel
import AmberModel
import AmberSupervisor

/// Turns the spooled trace into `events.jsonl.zst`.
enum EventTrace {
    /// Writes the trace to a nameless file.
    static func write(_ observation: Observation, spool: String?) throws -> OwnedDescriptor {
        let file: OwnedDescriptor
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
        return file
    }
}

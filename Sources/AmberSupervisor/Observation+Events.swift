package import AmberModel

extension Observation {
    /// Visits the trace in order, as it stands in a bundle.
    package func forEachEvent(_ body: (EventRecord) throws -> Void) throws {
        try events.forEach { number, event in
            let action = EventKind.action(of: event.kind)
            let entries = processes.entries
            // What is beyond the ledger's limit is told of the first process, its ancestor.
            let index = Int(event.process) == ProcessLedger.unrecorded ? 0 : Int(event.process)
            let ordinal = entries.isEmpty ? "1" : entries[index].record.ordinal
            try body(
                EventRecord(
                    number: number, time: event.time - beganAt, process: ordinal, action: action,
                    path: event.path >= 0 ? ByteString(paths[event.path]) : nil,
                    target: event.target >= 0 ? ByteString(paths[event.target]) : nil,
                    found: event.found == 2 ? nil : event.found == 1, code: action == .exit ? event.code : nil
                ))
        }
    }
}

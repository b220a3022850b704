import AmberBundle
public import AmberModel
import Synchronization

extension Capture {
    /// What a program says of its own about a failing run; goes into the bundle as `annotations.json`.
    public struct Annotations: Sendable {
        var values: [String: String] = [:]

        /// One annotation: a name and a text, which must be no secret; nil takes it back.
        public subscript(name: String) -> String? {
            get { values[name] }
            set { values[name] = newValue }
        }
    }

    private static let bodies = Mutex<[@Sendable (Outcome, inout Annotations) -> Void]>([])

    /// Has `body` asked for annotations whenever a run that this process captures has failed, before its bundle is sealed.
    ///
    /// It is called on the thread that seals, once for each failing run, after the command's end: it may take its time, but
    /// no longer than the sealing may. Bodies stay registered for the life of the process, and are asked in their order.
    ///
    /// - Parameter body: Given how the run ended, fills in what is worth knowing.
    public static func onFailure(_ body: @escaping @Sendable (Outcome, inout Annotations) -> Void) {
        bodies.withLock { $0.append(body) }
    }

    /// The file of the record layer; empty where nothing is said.
    static func annotationEntries(_ outcome: Outcome) throws -> [LayerEntry] {
        guard !outcome.isSuccess else { return [] }
        var annotations = Annotations()
        for body in bodies.withLock({ $0 }) { body(outcome, &annotations) }
        if annotations.values.isEmpty { return [] }
        return [LayerEntry.record("annotations.json", try RecordJSON.encode(annotations.values))]
    }
}

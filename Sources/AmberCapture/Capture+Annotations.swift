import AmberBundle
import AmberKernel
public import AmberModel
import AmberSupervisor
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

    /// Says something of this process's own run, to whoever captures it: `amber capture -- THIS-PROGRAM`.
    ///
    /// It goes into the bundle if the run fails, as `annotations.json`; the last text for a name counts. A process that nobody
    /// captures loses a few microseconds: all that happens is that a file is opened that does not exist,
    /// `/.amber/annotations/NAME/VALUE`, which any program may do in any language. Call it when something is known, not
    /// when it is too late: a trap runs no code. The text must be no secret.
    ///
    /// - Parameters:
    ///   - name: At most 200 bytes; the rest is cut.
    ///   - value: At most 1,200 bytes; the rest is cut.
    public static func annotate(_ name: String, _ value: String) {
        let path = Annotation.prefix + encoded(name, 200) + [UInt8(ascii: "/")] + encoded(value, 1200)
        _ = try? Files.open(KernelPath(path), Files.Flag.readOnly)
    }

    private static func encoded(_ text: String, _ limit: Int) -> [UInt8] {
        text.utf8.prefix(limit).flatMap { byte -> [UInt8] in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            guard !isPlain, byte != UInt8(ascii: "-") else { return [byte] }
            return Array(("%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8)
        }
    }

    /// The file of the record layer; empty where nothing is said.
    ///
    /// - Parameters:
    ///   - outcome: How the run ended.
    ///   - said: What its programs said themselves.
    /// - Returns: One entry, or none.
    /// - Throws: `BundleError`.
    static func annotationEntries(_ outcome: Outcome, said: [String: String]) throws -> [LayerEntry] {
        guard !outcome.isSuccess else { return [] }
        var annotations = Annotations(values: said)
        for body in bodies.withLock({ $0 }) { body(outcome, &annotations) }
        if annotations.values.isEmpty { return [] }
        return [LayerEntry.record("annotations.json", try RecordJSON.encode(annotations.values))]
    }
}

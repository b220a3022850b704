import AmberBundle
import AmberKernel
import AmberModel
import AmberSupervisor
import AmberWire

/// Finds where a replay went another way than the recording.
struct Comparison {
    let observation: Observation
    let refusals: [ReplayHandler.Refusal]
    let playback: [PlaybackNote]

    /// Most differences that are told.
    private static let limit = 50
    /// Most recorded events that are compared.
    private static let mostEvents = 200_000

    /// The differences, in the order of the recording; refusals that the recording does not name come last.
    func divergences(_ reader: BundleReader) throws -> [Verdict.Divergence] {
        var found: [Verdict.Divergence] = []
        var seen: Set<[UInt8]> = []
        try forEachFirst(reader) { event, path in
            guard found.count < Self.limit, seen.insert(path).inserted else { return }
            // What the run made itself says nothing about what it was given.
            if !Self.isMade(event), let divergence = divergence(event, path) { found.append(divergence) }
        }
        let told = Set(found.map(\.subject.bytes))
        for refusal in refusals where !told.contains(refusal.subject) {
            found.append(unrecorded(refusal))
        }
        found += playback.map { note in
            Verdict.Divergence(
                event: nil, subject: ByteString(note.peer), description: note.description,
                isRefusal: note.isRefusal)
        }
        found += unknownPaths(seen).prefix(max(0, Self.limit - found.count))
        return found
    }

    private func forEachFirst(
        _ reader: BundleReader, _ body: (EventRecord, [UInt8]) -> Void
    ) throws {
        struct Enough: Error {}
        do {
            try reader.forEachEvent { event in
                if event.number > Self.mostEvents { throw Enough() }
                guard let path = (event.action == .rename ? event.target : event.path)?.bytes else { return }
                if Self.isMade(event) || Self.isCompared(event, path) { body(event, path) }
            }
        } catch is Enough {}
    }

    /// Tells whether a call may have made what its path names.
    private static func isMade(_ event: EventRecord) -> Bool {
        switch event.action {
        case .make, .link, .rename: return true
        case .create: return event.found == nil
        default: return false
        }
    }

    private static func isCompared(_ event: EventRecord, _ path: [UInt8]) -> Bool {
        switch event.action {
        case .execute, .read, .write, .create: return event.found != nil && !isVolatile(path)
        case .connect: return true
        default: return false
        }
    }

    /// Places that differ from run to run by their nature.
    private static func isVolatile(_ path: [UInt8]) -> Bool {
        ["/proc/", "/sys/", "/dev/", "/tmp/", "/var/tmp/", "/run/"].contains { path.starts(with: $0.utf8) }
    }

    private func divergence(
        _ event: EventRecord, _ path: [UInt8]
    ) -> Verdict.Divergence? {
        if refusals.contains(where: { $0.subject == path }) {
            let what =
                "production opened \(ByteString(path)); here it was refused, because the bundle does not hold its content"
            return make(event, path, what, isRefusal: true)
        }
        if event.action == .connect { return nil }
        guard let here = observation.file(at: path) else {
            // Runs that stop early leave most of the recording untouched: the first such event says it all.
            return nil
        }
        let isHere = here.status != nil
        if event.found == true, !isHere {
            return make(
                event, path, "production opened \(ByteString(path)); here it was missing", isRefusal: true)
        }
        if event.found == false, isHere, event.action != .create {
            return make(
                event, path, "production found no \(ByteString(path)); here it exists", isRefusal: false)
        }
        return nil
    }

    private func make(
        _ event: EventRecord, _ path: [UInt8], _ text: String, isRefusal: Bool
    ) -> Verdict.Divergence {
        Verdict.Divergence(
            event: event.number, subject: ByteString(path), description: "event \(event.number): \(text)",
            isRefusal: isRefusal)
    }

    private func unrecorded(_ refusal: ReplayHandler.Refusal) -> Verdict.Divergence {
        let text =
            "the replay opened \(ByteString(refusal.subject)), which production never did; its content is not in the bundle"
        return Verdict.Divergence(
            event: nil, subject: ByteString(refusal.subject), description: text, isRefusal: true)
    }

    /// Paths that the replay looked for, and that the recording never mentions.
    private func unknownPaths(_ recorded: Set<[UInt8]>) -> [Verdict.Divergence] {
        observation.files.compactMap { file in
            let path = observation.paths[file.path]
            guard file.status == nil, !recorded.contains(path), !Self.isVolatile(path),
                file.uses.isDisjoint(with: .changes),
                !file.uses.isDisjoint(with: [.read, .executed, .listed])
            else { return nil }
            return Verdict.Divergence(
                event: nil, subject: ByteString(path),
                description:
                    "the replay looked for \(ByteString(path)), which production never did; it is missing here",
                isRefusal: false)
        }
    }
}

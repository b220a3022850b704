import AmberBundle
import AmberCapture
import AmberHTTP
import AmberKernel
import AmberModel
import Synchronization

/// Turns an incident into a bundle.
final class BundleMaker: Sendable {
    /// An incident with what the service said about it; nothing is sealed yet.
    struct Draft {
        var incident: Incident
        var title: String
        var fingerprint: String
        var outputWindow: Range<UInt64>
        var errorWindow: Range<UInt64>
        var output: [UInt8]
        var error: [UInt8]
        var status: Int?
        /// How the service was.
        var outcome: Outcome
    }

    private let service: any ServiceSource
    private let facts: ServiceFacts
    private let directory: String
    private let recorder: FlightRecorder

    init(_ service: any ServiceSource, _ facts: ServiceFacts, directory: String, recorder: FlightRecorder) {
        self.service = service
        self.facts = facts
        self.directory = directory
        self.recorder = recorder
    }

    /// Reads what the service said while the exchange was open, and names the failure.
    func draft(_ incident: Incident) -> Draft {
        let exchange = incident.exchange
        let state = exchange.state.withLock { $0 }
        // A service that ended later, because it was told to, has nothing to do with it.
        let outcome = incident.isBreak ? service.outcome : .running
        var incident = incident
        if outcome != .running, incident.isBreak {
            incident.triggers.insert(Trigger(.crash, "the service ended: \(outcome)"), at: 0)
        }
        let isOver = state.ending != nil
        let output = window(1, exchange.outputStart, isOver ? state.outputEnd : nil)
        let error = window(2, exchange.errorStart, isOver ? state.errorEnd : nil)
        let outputBytes = service.output(of: 1, in: output)
        let errorBytes = service.output(of: 2, in: error)
        let signature = service.signature(
            output: outputBytes, error: service.isErrorPartOfOutput ? outputBytes : errorBytes,
            status: state.status, outcome: outcome
        ).telling(state.failure)
        let target = ByteString(exchange.target)
        let end = state.status.map { "\($0)" } ?? "no response"
        let reason = incident.triggers.first
        // A status tells for itself.
        let suffix = reason.map { $0.name == .status ? "" : " (\($0.reason))" } ?? ""
        return Draft(
            incident: incident, title: "\(exchange.method) \(target) → \(end)\(suffix)",
            fingerprint: FailureFingerprint.text(
                trigger: incident.triggers.first ?? Trigger(.status, ""), method: exchange.method,
                target: exchange.target, status: state.status, signature: signature,
                body: (try? HTTPMessage(response: state.response.bytes).body) ?? [],
                normalise: service.normalise),
            outputWindow: output, errorWindow: error, output: outputBytes, error: errorBytes,
            status: state.status, outcome: outcome)
    }

    /// Why there is no bundle, in words that say what to do.
    struct SealingFailure: Error, CustomStringConvertible {
        var description: String
    }

    /// Seals.
    func make(_ draft: Draft) throws -> SealedBundle {
        recorder.spill.flush()
        var entries = RequestEntries()
        var spans: [SealingSubject.RequestSpan] = []
        for member in RelatedExchanges.select(for: draft.incident, recorder) {
            entries.add(member, triggers: draft.incident.triggers)
            let end = member.exchange.state.withLock { $0.endedAt } ?? Clock.monotonic()
            spans.append(
                SealingSubject.RequestSpan(
                    number: member.exchange.number,
                    time: member.exchange.beganAt...max(member.exchange.beganAt, end),
                    identifiers: RequestNames(member.exchange).identifiers))
        }
        let exchange = draft.incident.exchange
        let end = exchange.state.withLock { $0.endedAt } ?? Clock.monotonic()
        let record = ServiceRecord(
            upstream: facts.upstream, listen: facts.listen, healthPath: facts.healthPath,
            readyAfter: facts.readyAfter, failing: exchange.number,
            trigger: (draft.incident.triggers.first ?? Trigger(.status, "")).record,
            outputWindow: [draft.outputWindow.lowerBound, draft.outputWindow.upperBound],
            errorWindow: [draft.errorWindow.lowerBound, draft.errorWindow.upperBound],
            networkWindow: [exchange.beganAt - service.timesBegin, end - service.timesBegin],
            attribution: draft.incident.attribution,
            suspects: draft.incident.suspects.isEmpty ? nil : draft.incident.suspects)
        var subject = SealingSubject()
        subject.kind = .request
        subject.title = draft.title
        subject.status = draft.status
        subject.outcome = draft.outcome
        subject.failure = exchange.state.withLock { $0.failure }
        subject.requests = spans
        subject.window = exchange.beganAt...max(exchange.beganAt, end)
        subject.failureText = (
            output: draft.output, error: service.isErrorPartOfOutput ? draft.output : draft.error
        )
        subject.entries = try entries.all(service: record, output: draft.output, error: draft.error)
        subject.output = destination(exchange.startedAt, "\(exchange.number)")
        return try withExtendedLifetime(entries.files) { try seal(subject) }
    }

    /// Seals what the service left at its end, whether a request was open or not.
    func makeOfEnd() throws -> SealedBundle {
        var subject = SealingSubject()
        subject.output = destination(Clock.realtime(), "end")
        return try seal(subject)
    }

    private func seal(_ subject: SealingSubject) throws -> SealedBundle {
        let report = service.seal(subject)
        guard let bundle = report.bundle else {
            throw SealingFailure(description: report.notes.joined(separator: "; "))
        }
        return bundle
    }

    private func window(_ stream: Int, _ start: UInt64, _ end: UInt64?) -> Range<UInt64> {
        // What goes through a pipe is counted a moment after it was written.
        let slack: UInt64 = 16 << 10
        let position = service.position(of: stream)
        return start..<max(start, end.map { min(position, $0 + slack) } ?? position)
    }

    private func destination(_ time: Int64, _ name: String) -> String {
        let stem = "\(directory)/\(facts.name)-\(Timestamp.compact(time))-\(name)"
        var path = stem + ".amber"
        var attempt = 2
        while (try? Files.status(KernelPath(path))) != nil {
            path = "\(stem)-\(attempt).amber"
            attempt += 1
        }
        return path
    }
}

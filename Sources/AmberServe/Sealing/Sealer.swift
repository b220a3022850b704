import AmberBundle
import AmberCapture
import AmberKernel
import AmberModel
import Synchronization

/// Makes bundles on a thread of its own, one after the other, beside the traffic.
final class Sealer: Sendable {
    /// What became of an incident.
    enum Result: Sendable {
        case sealed(path: String, title: String)
        case failed(String)
        case dropped(DropReason)
    }

    /// Why an incident made no bundle.
    enum DropReason: String, Sendable, CaseIterable {
        case duplicate
        case rate
        case busy
        case quota
    }

    private struct State {
        var queue: [Incident] = []
        var isClosed = false
        var isWorking = false
    }

    /// Most incidents that wait.
    private static let mostWaiting = 16

    private let service: ServiceCapture
    private let facts: ServiceFacts
    private let directory: String
    private let recorder: FlightRecorder
    private let report: @Sendable (Result) -> Void
    private let state = Mutex(State())
    private let wake: EventCounter
    private let thread = Mutex<KernelThread?>(nil)

    init(
        _ service: ServiceCapture, _ facts: ServiceFacts, directory: String, recorder: FlightRecorder,
        report: @escaping @Sendable (Result) -> Void
    ) throws {
        self.service = service
        self.facts = facts
        self.directory = directory
        self.recorder = recorder
        self.report = report
        wake = try EventCounter()
        let started = try KernelThread("amber-sealer") { self.run() }
        thread.withLock { $0 = started }
    }

    /// Takes an incident, unless too many wait.
    func offer(_ incident: Incident) {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.queue.count < Self.mostWaiting else { return false }
            state.queue.append(incident)
            return true
        }
        if isTaken { wake.signal() } else { report(.dropped(.busy)) }
    }

    /// Seals what waits and ends the thread.
    func finish() {
        state.withLock { $0.isClosed = true }
        wake.signal()
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    private func run() {
        while let incident = next() { seal(incident) }
    }

    private func next() -> Incident? {
        while true {
            let (incident, isClosed) = state.withLock { state in
                (state.queue.isEmpty ? nil : state.queue.removeFirst(), state.isClosed)
            }
            if let incident { return incident }
            if isClosed { return nil }
            var items = [Poll.Item(wake.descriptor.number)]
            if Poll.wait(&items) > 0 { wake.drain() }
        }
    }

    private func seal(_ incident: Incident) {
        // The service's last words about it come through a pipe, a moment later.
        _ = Poll.sleep(milliseconds: 50)
        do {
            let subject = try subject(of: incident)
            let sealed = service.seal(subject)
            if let bundle = sealed.bundle {
                report(.sealed(path: bundle.path, title: subject.title ?? ""))
            } else {
                report(.failed(sealed.notes.joined(separator: "; ")))
            }
        } catch {
            report(.failed("no bundle was written: \(error)"))
        }
    }

    private func subject(of incident: Incident) throws -> SealingSubject {
        let exchange = incident.exchange
        let state = exchange.state.withLock { $0 }
        var entries = RequestEntries()
        for member in RelatedExchanges.select(for: incident, recorder) {
            entries.add(member, triggers: incident.triggers)
        }
        let slack: UInt64 = 16 << 10
        let output =
            exchange
            .outputStart..<max(
                exchange.outputStart, min(service.position(of: 1), state.outputEnd + slack))
        let error =
            exchange
            .errorStart..<max(
                exchange.errorStart, min(service.position(of: 2), state.errorEnd + slack))
        let outputBytes = service.output(of: 1, in: output)
        let errorBytes = service.output(of: 2, in: error)
        let record = ServiceRecord(
            upstream: facts.upstream, listen: facts.listen, healthPath: facts.healthPath,
            readyAfter: facts.readyAfter, failing: exchange.number,
            trigger: incident.triggers.first?.record ?? Trigger(.status, "").record,
            outputWindow: [output.lowerBound, output.upperBound],
            errorWindow: [error.lowerBound, error.upperBound])
        var subject = SealingSubject()
        subject.kind = .request
        let target = ByteString(exchange.target)
        subject.status = state.status
        subject.title = "\(exchange.method) \(target) → \(state.status.map { "\($0)" } ?? "no response")"
        subject.failureText = (
            output: outputBytes, error: service.isErrorPartOfOutput ? outputBytes : errorBytes
        )
        subject.entries = try entries.all(service: record, output: outputBytes, error: errorBytes)
        subject.output = destination(exchange)
        return subject
    }

    private func destination(_ exchange: Exchange) -> String {
        let stem = "\(directory)/\(facts.name)-\(Timestamp.compact(exchange.startedAt))-\(exchange.number)"
        var path = stem + ".amber"
        var attempt = 2
        while (try? Files.status(KernelPath(path))) != nil {
            path = "\(stem)-\(attempt).amber"
            attempt += 1
        }
        return path
    }
}

package import AmberKernel
import Synchronization

/// The program's three standard streams: what it gets, what is relayed, what is recorded.
package final class StandardStreams: Sendable {
    /// What passed through standard input, output and error; nil where nothing is relayed.
    package let recordings: [StreamRecording?]
    /// Steps that give the child its streams; to be taken before the exec.
    package let childSteps: [ChildStep]
    /// The program's side of its terminal, in the child; -1 without one.
    let programTerminal: Int32
    /// What the guardian carries on.
    package let guardianRelays: [Guardian.Relay]
    /// True where standard input is fed on demand, so that the filter must notify reads.
    package let feedsStandardInput: Bool
    /// The primary side of the program's terminal, to set its size; -1 without one.
    package let terminal: Int32
    /// The real terminal that this side keeps in raw mode; -1 without one.
    package let outerTerminal: Int32

    private let routes: [Parts.Link]
    private let owned: Mutex<[Int32]>
    private let childEnds: Mutex<[Int32]>
    private let stop: EventCounter
    private let control: EventCounter
    private let relays = Mutex<[StreamRelay]>([])
    private let feeder = Mutex<StandardInputFeeder?>(nil)
    private let endedCount = Mutex<Int>(0)

    /// Opens what the wirings need.
    ///
    /// - Parameters:
    ///   - wirings: For descriptors 0, 1 and 2.
    ///   - errorFollowsOutput: 1 and 2 are one open file description (`2>&1`): the program gets one too.
    ///   - spool: Directory for recordings.
    ///   - size: Window of a terminal that is made.
    /// - Throws: `SyscallError`: EMFILE, ENFILE.
    package init(
        _ wirings: [StreamWiring], errorFollowsOutput: Bool, spool: String?, size: TerminalSize?
    ) throws(SyscallError) {
        var parts = Parts(spool: spool)
        for (number, wiring) in wirings.enumerated() {
            if number == 2, errorFollowsOutput, parts.relaysOutput {
                parts.childSteps.append(.duplicate(1, to: 2))
                parts.recordings.append(nil)
                continue
            }
            try parts.add(wiring, number: Int32(number))
        }
        if let size, parts.primary >= 0 { Terminal.setSize(size, of: parts.primary) }
        recordings = parts.recordings
        childSteps = parts.childSteps
        programTerminal = parts.secondary
        routes = parts.links
        guardianRelays = parts.links.filter(\.isGuarded).map { Guardian.Relay(from: $0.from, to: $0.to) }
        feedsStandardInput = parts.links.contains(where: \.isFed)
        terminal = parts.primary
        outerTerminal = parts.outerTerminal
        owned = Mutex(parts.owned)
        childEnds = Mutex(parts.childEnds)
        stop = try EventCounter()
        control = try EventCounter()
    }

    deinit {
        closeAll(childEnds)
        closeAll(owned)
    }

    /// Runs `body` with the counter that wakes the guardian.
    package func withControl<Result, Failure: Error>(
        _ body: (borrowing EventCounter) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(control)
    }

    /// Starts to relay; the child has its own copies of its ends by now.
    package func start(memory: SupervisorMemory) throws(SyscallError) {
        closeAll(childEnds)
        var guarded = 0
        for route in routes {
            let index = route.isGuarded ? guarded : -1
            if route.isGuarded { guarded += 1 }
            let onEnd: @Sendable () -> Void = { [self] in end(route, guardianIndex: index, memory) }
            if route.isFed {
                let started = try StandardInputFeeder(
                    from: route.from, to: route.to, inside: route.inside, recording: route.recording,
                    onEnd: onEnd)
                feeder.withLock { $0 = started }
            } else {
                let relay = try StreamRelay(
                    "amber-relay",
                    StreamRelay.Route(
                        from: route.from, to: route.to, stop: stop.descriptor.number,
                        isSpliced: route.isSpliced,
                        isInput: route.isInput, recording: route.recording, onEnd: onEnd))
                relays.withLock { $0.append(relay) }
            }
        }
    }

    /// Takes note of a call that may look at standard input.
    package func notice(_ call: ObservedCall, _ raw: RawCall) {
        guard feedsStandardInput else { return }
        feeder.withLock { $0 }?.notice(call, raw)
    }

    /// Takes note of an open or an exec, which may lead to standard input by another way.
    package func noticeWays(_ call: ObservedCall) {
        guard feedsStandardInput, let feeder = feeder.withLock({ $0 }) else { return }
        switch call.shape.action {
        case .open: feeder.noticeOpen(call.path)
        case .execute: feeder.noticeExec(call.threadID)
        default: break
        }
    }

    /// The program has ended: moves what it has written, joins the threads.
    ///
    /// - Returns: True where every stream has ended; false where another process still holds one.
    package func finish(memory: SupervisorMemory) -> Bool {
        let feeding = feeder.withLock { feeder in
            defer { feeder = nil }
            return feeder
        }
        feeding?.end()
        releaseInput(memory)
        stop.signal()
        let running = relays.withLock { relays in
            defer { relays = [] }
            return relays
        }
        for relay in running { relay.join() }
        return endedCount.withLock { $0 } == routes.filter { !$0.isInput }.count
    }

    /// What the program has not read of its input belongs to whoever reads it next: the guardian must not take it.
    private func releaseInput(_ memory: SupervisorMemory) {
        for (index, route) in routes.filter(\.isGuarded).enumerated() where route.isFed {
            memory.markRelayEnded(index)
        }
        control.signal()
    }

    private func end(_ link: Parts.Link, guardianIndex: Int, _ memory: SupervisorMemory) {
        if !link.isInput { endedCount.withLock { $0 += 1 } }
        // Our end goes too, so that the program sees the end of its input, or that nobody reads its output.
        let ours = link.isInput ? link.to : link.from
        if link.closesAtEnd {
            let isOurs = owned.withLock { owned in
                guard let index = owned.firstIndex(of: ours) else { return false }
                owned.remove(at: index)
                return true
            }
            if isOurs { _ = OwnedDescriptor(adopting: ours) }
        }
        if guardianIndex >= 0 {
            memory.markRelayEnded(guardianIndex)
            control.signal()
        }
    }

    private func closeAll(_ numbers: borrowing Mutex<[Int32]>) {
        numbers.withLock { numbers in
            for number in numbers { _ = OwnedDescriptor(adopting: number) }
            numbers = []
        }
    }
}

import AmberKernel
import AmberModel

/// A debugger of this machine, in the foreground of our terminal.
enum DebuggerProcess {
    /// Runs it to its end; keys such as ^C are its own.
    ///
    /// - Parameters:
    ///   - command: argv.
    ///   - stopped: A stopped process that goes on as soon as it is traced; nil for none.
    ///   - isAttached: Tells of the debugger, by its pid, that it is ready; nil where being traced says so.
    ///   - steps: Further steps of the debugger's process, for its streams.
    ///   - limit: After this time it is killed; nil for never.
    ///   - started: Called when it has its streams.
    /// - Returns: Its status, as a shell would report it.
    /// - Throws: `ReplayError`: it is not installed, or cannot be started.
    static func run(
        _ command: [ByteString], releasing stopped: Int32?, isAttached: ((Int32) -> Bool)? = nil,
        steps: [ChildStep] = [], limit: Duration? = nil,
        started: () throws -> Void = {}
    ) throws -> Int32 {
        let name = command.first.map(\.description) ?? ""
        guard let path = ProgramSearch.find(name) else { throw missing(name) }
        let child = try SpawnedChild(
            steps: steps + [
                .defaultSignals, .deathSignal(Signals.kill), .blockedSignals(0),
                .execute(
                    KernelPath(path), arguments: command.map { KernelPath($0.bytes) },
                    environment: ThisProcess.environment.map { KernelPath($0) }),
            ])
        try started()
        if let stopped { release(stopped, child, isAttached) }
        let interruption = try Interruption(isForeground: true)
        let deadline = limit.map { Clock.monotonic() + $0.components.seconds * 1_000_000_000 }
        while true {
            var items = [Poll.Item(child.descriptor.number), interruption.item]
            let rest = deadline.map { Int32(clamping: max(($0 - Clock.monotonic()) / 1_000_000, 0)) } ?? -1
            if Poll.wait(&items, milliseconds: rest) == 0, rest == 0 { try? child.send(Signals.kill) }
            if items[1].isReady, let signal = interruption.signal {
                try? child.send(Signals.kill)
                return 128 + signal
            }
            switch child.nextState() {
            case .exited(let code, _): return code
            case .signaled(let signal, _): return 128 + signal
            case .stopped, .continued, nil: continue
            }
        }
    }

    /// The refusal that names what gets a program.
    static func missing(_ name: String) -> ReplayError {
        let packages = [
            "dlv": "delve", "node": "nodejs", "jdb": "default-jdk-headless", "perf": "linux-perf",
        ]
        return ReplayError(
            .debugger, "\(name) is not installed on this machine",
            remedy:
                "Install it (Debian, Ubuntu: apt-get install \(packages[name] ?? name)), or choose another with --debugger."
        )
    }

    /// Lets the process go on when it has a tracer; not before, or the tracer would miss its beginning.
    private static func release(
        _ processID: Int32, _ debugger: borrowing SpawnedChild, _ isAttached: ((Int32) -> Bool)?
    ) {
        let own = debugger.processID
        while !(isAttached?(own) ?? (ProcessFacts.tracer(of: processID) != 0)),
            !Poll.isReadable(debugger.descriptor.number)
        {
            _ = Poll.sleep(milliseconds: 2)
        }
        Signals.send(Signals.continue, to: processID)
    }
}

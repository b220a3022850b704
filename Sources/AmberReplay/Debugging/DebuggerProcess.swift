import AmberKernel
import AmberModel

/// A debugger of this machine, in the foreground of our terminal.
enum DebuggerProcess {
    /// Runs it to its end; keys such as ^C are its own.
    ///
    /// - Returns: Its status, as a shell would report it.
    /// - Throws: `ReplayError`: it is not installed, or cannot be started.
    static func run(_ command: [ByteString]) throws -> Int32 {
        let name = command.first.map(\.description) ?? ""
        guard let path = ProgramSearch.find(name) else {
            throw ReplayError(
                .debugger, "\(name) is not installed on this machine",
                remedy:
                    "Install it (Debian, Ubuntu: apt-get install \(name)), or choose another with --debugger."
            )
        }
        let steps: [ChildStep] = [
            .defaultSignals, .deathSignal(Signals.kill), .blockedSignals(0),
            .execute(
                KernelPath(path), arguments: command.map { KernelPath($0.bytes) },
                environment: ThisProcess.environment.map { KernelPath($0) }),
        ]
        let child = try SpawnedChild(steps: steps)
        while true {
            var items = [Poll.Item(child.descriptor.number)]
            _ = Poll.wait(&items)
            switch child.nextState() {
            case .exited(let code, _): return code
            case .signaled(let signal, _): return 128 + signal
            case .stopped, .continued, nil: continue
            }
        }
    }
}

/// Runs a program of the host and reads what it prints; for tools that know more than we do (rpm), and for probes.
package enum ToolRun {
    /// Runs a program with a time limit; its output is bounded, its input and errors are /dev/null.
    ///
    /// - Parameters:
    ///   - arguments: The program, an absolute path or a name on PATH, and its arguments.
    ///   - limit: After this time it is killed.
    ///   - outputLimit: Most bytes that are read.
    /// - Returns: Its output and exit code; nil where it could not be started, or was killed.
    package static func run(
        _ arguments: [String], limit: Duration, outputLimit: Int = 16 << 20
    ) -> (output: [UInt8], code: Int32)? {
        guard let name = arguments.first, let path = ProgramSearch.find(name),
            let null = try? Files.open("/dev/null", Files.Flag.readWrite),
            let pipe = try? Pipe()
        else { return nil }
        let steps: [ChildStep] = [
            .duplicate(null.number, to: 0), .duplicate(pipe.writeEnd.number, to: 1),
            .duplicate(null.number, to: 2),
            .keepStandardDescriptors, .defaultSignals, .deathSignal(Signals.kill), .blockedSignals(0),
            .execute(
                KernelPath(path), arguments: arguments.map { KernelPath($0) },
                environment: ThisProcess.environment.map { KernelPath($0) }),
        ]
        guard let child = try? SpawnedChild(steps: steps) else { return nil }
        let reading = pipe.takeReadEnd()
        let deadline = Clock.monotonic() + limit.components.seconds * 1_000_000_000
        var output: [UInt8] = []
        while true {
            let rest = (deadline - Clock.monotonic()) / 1_000_000
            var items = [Poll.Item(reading.number)]
            guard rest > 0, Poll.wait(&items, milliseconds: Int32(clamping: rest)) > 0,
                output.count < outputLimit,
                let piece = try? Files.readSome(reading.number, limit: 1 << 16)
            else {
                try? child.send(Signals.kill)
                break
            }
            if piece.isEmpty { break }
            output += piece
        }
        return end(of: child).map { (output, $0) }
    }

    private static func end(of child: borrowing SpawnedChild) -> Int32? {
        for _ in 0..<50 {
            var items = [Poll.Item(child.descriptor.number)]
            _ = Poll.wait(&items, milliseconds: 100)
            switch child.nextState() {
            case .exited(let code, _): return code
            case .signaled: return nil
            case .stopped, .continued, nil: continue
            }
        }
        return nil
    }
}

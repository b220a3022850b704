import AmberKernel

/// What a debugger inside the sandbox talks through: pipes, so that nothing inside ever holds the user's terminal.
final class DebugConsole {
    private let input: (read: Int32, write: Int32)
    private let output: (read: Int32, write: Int32)
    private var reader: KernelThread?
    private var hasInsideEnds = true

    /// Makes the pipes.
    init() throws(SyscallError) {
        input = try Pipe().takeBoth()
        output = try Pipe().takeBoth()
    }

    /// The steps that give the program its ends.
    func steps(input inside: Int32, output outside: Int32) -> [ChildStep] {
        [.duplicate(input.read, to: inside), .duplicate(output.write, to: outside)]
    }

    /// Connects our standard streams; called when the program has its ends.
    func connect() throws(SyscallError) {
        closeInsideEnds()
        let keyboard = input.write
        // Nobody joins it: it may wait for a key for ever.
        try DetachedThread.start(named: "amber-keys") {
            Self.copy(from: 0, to: keyboard)
            _ = OwnedDescriptor(adopting: keyboard)
        }
        let screen = output.read
        reader = try KernelThread("amber-screen") { Self.copy(from: screen, to: 1) }
    }

    /// Waits until everything that the debugger said is shown.
    func finish() {
        closeInsideEnds()
        reader?.join()
        reader = nil
    }

    private func closeInsideEnds() {
        guard hasInsideEnds else { return }
        hasInsideEnds = false
        for number in [input.read, output.write] { _ = OwnedDescriptor(adopting: number) }
    }

    private static func copy(from source: Int32, to target: Int32) {
        while let bytes = try? Files.readSome(source, limit: 1 << 16), !bytes.isEmpty,
            (try? Files.writeAll(target, bytes)) != nil
        {}
    }
}

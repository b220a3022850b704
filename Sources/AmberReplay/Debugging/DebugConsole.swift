import AmberKernel

/// What a debugger talks through where it must not hold the user's terminal: pipes, with commands ahead of the keyboard.
final class DebugConsole {
    /// When the debugger may be typed at.
    struct Pace: Sendable {
        /// Texts of the debugger's after which it listens; each is a row of parts that come one after the other. None: at
        /// once.
        var marks: [[String]] = []
        /// What it says before it takes a line: one line for each of these; nil for a debugger that reads ahead.
        var prompt: String?
    }

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
    ///
    /// - Parameters:
    ///   - opening: Typed at once.
    ///   - commands: Typed before the keyboard is read.
    ///   - pace: When commands and keys are passed on.
    /// - Throws: `SyscallError`: no descriptor or thread is left.
    func connect(opening: [UInt8] = [], commands: [UInt8] = [], pace: Pace = Pace()) throws(SyscallError) {
        closeInsideEnds()
        let keyboard = input.write
        // A byte for each line that may go; the end for all of them.
        let (permits, permitting) = try Pipe().takeBoth()
        // Nobody joins it: it may wait for a key for ever.
        try DetachedThread.start(named: "amber-keys") {
            let keyboard = OwnedDescriptor(adopting: keyboard)
            let permits = OwnedDescriptor(adopting: permits)
            guard (try? Files.writeAll(keyboard.number, opening)) != nil else { return }
            var rest = commands
            while true {
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    _ = try? Files.readSome(permits.number, limit: 1)
                    guard (try? Files.writeAll(keyboard.number, Array(rest[...end]))) != nil else { return }
                    rest.removeFirst(end + 1)
                }
                guard let more = try? Files.readSome(0, limit: 1 << 16), !more.isEmpty else { break }
                rest += more
            }
            // The end of the keyboard comes after the answer to its last line.
            if pace.prompt != nil { _ = try? Files.readSome(permits.number, limit: 1) }
            try? Files.writeAll(keyboard.number, rest)
        }
        let screen = output.read
        reader = try KernelThread("amber-screen") {
            var watch = PromptWatch(pace)
            var permitting: OwnedDescriptor? = OwnedDescriptor(adopting: permitting)
            while let bytes = try? Files.readSome(screen, limit: 1 << 16), !bytes.isEmpty,
                (try? Files.writeAll(1, bytes)) != nil
            {
                guard let number = permitting?.number else { continue }
                let count = watch.take(bytes)
                if watch.isOpen, pace.prompt == nil {
                    permitting = nil
                } else if count > 0 {
                    try? Files.writeAll(number, [UInt8](repeating: 1, count: count))
                }
            }
            // Where the program ended without a stop, what is typed goes nowhere, and must not wait.
            permitting = nil
        }
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
}

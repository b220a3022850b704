import AmberKernel

/// What a debugger talks through where it must not hold the user's terminal: pipes, with commands ahead of the keyboard.
final class DebugConsole {
    /// When the debugger may be typed at.
    struct Pace: Sendable {
        /// What it says before it can be typed at, in order; it is waited for a while. None: at once.
        var greeting: [String] = []
        /// Texts of the debugger's after which it listens; each is a row of parts that come one after the other. None: at
        /// once.
        var marks: [[String]] = []
        /// What it says before it takes a line: one line for each of these; nil for a debugger that reads ahead.
        var prompt: String?
        /// First words of lines after which the program runs: the next line waits for one of `stops`.
        var resuming: Set<String> = []
        /// What it says when the program stands still again.
        var stops: [String] = []
    }

    /// Milliseconds after which a debugger that says nothing is typed at all the same.
    private static let longestGreeting = 10_000

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
    ///   - opening: Typed behind the greeting.
    ///   - commands: Typed before the keyboard is read.
    ///   - pace: When commands and keys are passed on.
    /// - Throws: `SyscallError`: no descriptor or thread is left.
    func connect(opening: [UInt8] = [], commands: [UInt8] = [], pace: Pace = Pace()) throws(SyscallError) {
        closeInsideEnds()
        let keyboard = input.write
        // A byte for each event; the end where lines may go as they come.
        let (events, telling) = try Pipe().takeBoth()
        let greeted = Signpost()
        if pace.greeting.isEmpty { greeted.raise() }
        // Nobody joins it: it may wait for a key for ever.
        try DetachedThread.start(named: "amber-keys") {
            let keyboard = OwnedDescriptor(adopting: keyboard)
            let events = OwnedDescriptor(adopting: events)
            greeted.wait(milliseconds: Self.longestGreeting)
            guard (try? Files.writeAll(keyboard.number, opening)) != nil else { return }
            var rest = commands
            var runs = false
            while true {
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    if runs { Self.await(.stop, events.number) }
                    Self.await(.prompt, events.number)
                    let line = Array(rest[...end])
                    guard (try? Files.writeAll(keyboard.number, line)) != nil else { return }
                    let word = String(
                        decoding: line.dropLast().prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
                    runs = pace.resuming.contains(word)
                    rest.removeFirst(end + 1)
                }
                guard let more = try? Files.readSome(0, limit: 1 << 16), !more.isEmpty else { break }
                rest += more
            }
            // The end of the keyboard comes after the answer to its last line.
            if pace.prompt != nil { Self.await(.prompt, events.number) }
            try? Files.writeAll(keyboard.number, rest)
        }
        let screen = output.read
        reader = try KernelThread("amber-screen") {
            var watch = PromptWatch(pace)
            var greeting = PromptWatch(Pace(marks: [pace.greeting]))
            var telling: OwnedDescriptor? = OwnedDescriptor(adopting: telling)
            while let bytes = try? Files.readSome(screen, limit: 1 << 16), !bytes.isEmpty,
                (try? Files.writeAll(1, bytes)) != nil
            {
                if !greeting.isOpen {
                    _ = greeting.take(bytes)
                    if greeting.isOpen { greeted.raise() }
                }
                guard let number = telling?.number else { continue }
                let events = watch.take(bytes)
                if watch.isOpen, pace.prompt == nil {
                    telling = nil
                } else {
                    try? Files.writeAll(number, events.map(\.rawValue))
                }
            }
            // Where the program ended without a stop, what is typed goes nowhere, and must not wait.
            telling = nil
        }
    }

    /// Waits until everything that the debugger said is shown.
    func finish() {
        closeInsideEnds()
        reader?.join()
        reader = nil
    }

    /// Reads events up to one; returns at once where there are no more.
    private static func await(_ event: PromptWatch.Event, _ events: Int32) {
        while let byte = try? Files.readSome(events, limit: 1), let first = byte.first,
            first != event.rawValue
        {}
    }

    private func closeInsideEnds() {
        guard hasInsideEnds else { return }
        hasInsideEnds = false
        for number in [input.read, output.write] { _ = OwnedDescriptor(adopting: number) }
    }
}

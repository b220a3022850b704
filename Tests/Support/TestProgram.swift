import AmberKernel
public import AmberModel
import Glibc

/// A program as a test starts it, as a user's shell would.
public struct TestProgram: Sendable {
    /// What its standard input is.
    public enum Input: Sendable {
        /// `/dev/null`.
        case none
        /// A regular file with this text.
        case file(String)
        /// A pipe that gives out this text, at most 64 KiB, and ends.
        case pipe(String)
    }

    /// How it ended, and what it printed.
    public struct End: Sendable {
        /// How it ended; `timedOut` where the test's own limit killed it.
        public var outcome: Outcome
        /// What went to standard output.
        public var output: [UInt8]
        /// What went to standard error.
        public var error: [UInt8]

        /// Standard output as text.
        public var outputText: String { String(decoding: output, as: UTF8.self) }
        /// Standard error as text.
        public var errorText: String { String(decoding: error, as: UTF8.self) }
        /// The status as a shell reports it.
        public var status: Int32 { outcome.shellStatus }
    }

    /// The program, looked for on PATH, and its arguments.
    public var arguments: [ByteString]
    /// Entries as `KEY=value`: all that it gets.
    public var environment: [String]
    /// Where it starts.
    public var directory: String
    /// Its standard input.
    public var input = Input.none
    /// After this time it is killed.
    public var timeLimit: Duration = .seconds(60)

    /// Describes a program.
    public init(
        _ arguments: [ByteString], environment: [String] = TestProgram.environment, in directory: String = "/"
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    /// What a user has at least: the machine's own programs first, then the caller's.
    public static let environment: [String] = [
        "PATH=/usr/bin:/bin:/usr/sbin:/sbin:" + (getenv("PATH").map { String(cString: $0) } ?? ""),
        "LANG=C.UTF-8", "HOME=" + (getenv("HOME").map { String(cString: $0) } ?? "/"),
    ]

    /// Runs it to its end; its output goes to files.
    ///
    /// Blocks the calling thread: as many programs run at once as there are test threads.
    public func run() throws -> End {
        let input = try open(self.input)
        let output = try Files.makeMemoryFile("test-output")
        let error = try Files.makeMemoryFile("test-error")
        let child = try SpawnedChild(steps: [
            .newSession, .defaultSignals, .blockedSignals(0), .changeDirectory(KernelPath(directory)),
            .duplicate(input.number, to: 0), .duplicate(output.number, to: 1),
            .duplicate(error.number, to: 2),
            .keepStandardDescriptors,
            .execute(
                KernelPath(find()), arguments: arguments.map { KernelPath($0.bytes) },
                environment: environment.map { KernelPath($0) }),
        ])
        try child.awaitExec()
        let outcome = try end(of: child)
        try Files.seek(output.number, to: 0)
        try Files.seek(error.number, to: 0)
        return End(
            outcome: outcome, output: try Files.readAll(output.number, limit: 64 << 20),
            error: try Files.readAll(error.number, limit: 64 << 20))
    }

    private func end(of child: borrowing SpawnedChild) throws -> Outcome {
        let deadline = ContinuousClock.now + timeLimit
        while true {
            switch child.nextState() {
            case .exited(let code, _): return .exited(code: code)
            case .signaled(let signal, _): return .signaled(signal: signal)
            case .stopped, .continued, nil: break
            }
            let left = ContinuousClock.now.duration(to: deadline)
            if left <= .zero {
                try child.send(SIGKILL)
                while child.nextState() == nil { Glibc.poll(nil, 0, 1) }
                return .timedOut
            }
            var items = [Poll.Item(child.descriptor.number)]
            _ = Poll.wait(&items, milliseconds: Int32(clamping: left.components.seconds * 1000 + 1000))
        }
    }

    private func open(_ input: Input) throws -> OwnedDescriptor {
        switch input {
        case .none: return try Files.open("/dev/null", Files.Flag.readOnly)
        case .file(let text):
            let file = try Files.makeMemoryFile("test-input")
            try Files.writeAll(file.number, Array(text.utf8))
            try Files.seek(file.number, to: 0)
            return file
        case .pipe(let text):
            let (readEnd, writeEnd) = try Pipe().takeBoth()
            try Files.writeAll(writeEnd, Array(text.utf8))
            _ = OwnedDescriptor(adopting: writeEnd)
            return OwnedDescriptor(adopting: readEnd)
        }
    }

    private func find() -> String {
        let name = arguments[0].description
        guard !name.contains("/") else { return name }
        let path = environment.first { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? "/usr/bin:/bin"
        let places = path.split(separator: ":").map { "\($0)/\(name)" }
        return places.first { Files.mayExecute(KernelPath($0)) } ?? name
    }
}

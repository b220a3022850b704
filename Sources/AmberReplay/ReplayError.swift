/// Why a bundle could not be replayed.
public struct ReplayError: Error, Sendable, CustomStringConvertible {
    /// The kind of the failure; a struct of statics, so that it can grow.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name, stable for `--json`.
        public let rawValue: String
        /// Wraps a name.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The kernel refuses the sandbox.
        public static let sandbox = Code(rawValue: "sandbox")
        /// The bundle is no recorded run.
        public static let noRun = Code(rawValue: "no-run")
        /// The bundle was made on another kind of machine.
        public static let architecture = Code(rawValue: "architecture")
        /// A file named by the caller cannot be used.
        public static let replacement = Code(rawValue: "replacement")
        /// The program is not in the bundle.
        public static let program = Code(rawValue: "program")
        /// The debugger is missing, or cannot be used here.
        public static let debugger = Code(rawValue: "debugger")
        /// This machine's disk or cache refuses.
        public static let storage = Code(rawValue: "storage")
    }

    /// The kind of the failure.
    public let code: Code
    /// What happened, to what.
    public let problem: String
    /// The next thing to try.
    public let remedy: String

    init(_ code: Code, _ problem: String, remedy: String) {
        self.code = code
        self.problem = problem
        self.remedy = remedy
    }

    /// `PROBLEM. REMEDY`, one line.
    public var description: String { "\(problem). \(remedy)" }
}

/// Why a command was not started under capture; the command has not run, but for `supervisionLost`.
public struct CaptureError: Error, Sendable, CustomStringConvertible {
    /// The kind of the failure; a struct of statics, so that it can grow.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name, stable for `--json`.
        public let rawValue: String
        /// Wraps a name.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// There is no such program: a shell says 127.
        public static let notFound = Code(rawValue: "not-found")
        /// The program cannot be executed: a shell says 126.
        public static let notExecutable = Code(rawValue: "not-executable")
        /// Supervision could not start: no process, thread or descriptor is left. The command has not run.
        public static let supervision = Code(rawValue: "supervision")
        /// The command runs, and its end cannot be awaited: 125.
        public static let supervisionLost = Code(rawValue: "supervision-lost")
        /// The program has rights from its file (setuid), which supervision would take away.
        public static let needsPrivileges = Code(rawValue: "needs-privileges")
        /// The kernel refuses the filter: another listener is above us, or seccomp is not allowed.
        public static let filterRefused = Code(rawValue: "filter-refused")
    }

    /// The kind of the failure.
    public let code: Code
    /// What happened, to what.
    public let problem: String
    /// The next thing to try.
    public let remedy: String

    /// The command can still be run without being recorded.
    package var permitsUnrecordedRun: Bool {
        [.filterRefused, .supervision, .needsPrivileges].contains(code)
    }

    /// The status to exit with.
    public var exitStatus: Int32 {
        switch code {
        case .notFound: 127
        case .notExecutable: 126
        default: 125
        }
    }

    /// `PROBLEM. REMEDY`, one line.
    public var description: String { "\(problem). \(remedy)" }
}

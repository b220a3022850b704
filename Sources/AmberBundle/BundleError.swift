import AmberKernel

/// Something about a bundle that cannot be: what happened, to what, and the next thing to try.
public struct BundleError: Error, Sendable {
    /// The kind of a failure; a struct of statics, so that it can grow.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name, stable for `--json`.
        public let rawValue: String
        /// Wraps a name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The operating system refused a call.
        public static let system = Code(rawValue: "system")
        /// The file is no OCI image, or no bundle.
        public static let notABundle = Code(rawValue: "not-a-bundle")
        /// The file ends too early.
        public static let truncated = Code(rawValue: "truncated")
        /// Bytes differ from their digest.
        public static let damaged = Code(rawValue: "damaged")
        /// A blob that the manifest names is not in the file.
        public static let missingBlob = Code(rawValue: "missing-blob")
        /// A structure cannot be read: tar, zstd, JSON.
        public static let malformed = Code(rawValue: "malformed")
        /// A newer Amber wrote it.
        public static let newerVersion = Code(rawValue: "newer-version")
        /// It uses something that Amber does not read.
        public static let unsupported = Code(rawValue: "unsupported")
        /// An entry would reach outside its directory, or is of a kind that is never extracted.
        public static let unsafeEntry = Code(rawValue: "unsafe-entry")
        /// A limit for hostile input was met.
        public static let limitExceeded = Code(rawValue: "limit-exceeded")
        /// The file system has no more space.
        public static let diskFull = Code(rawValue: "disk-full")
        /// The bundle would grow beyond the size it may have.
        public static let sizeLimit = Code(rawValue: "size-limit")
        /// The caller gave something that a layer cannot hold.
        public static let invalidEntry = Code(rawValue: "invalid-entry")
    }

    /// The kind of the failure.
    public let code: Code
    /// What it was about: a path, a blob, an entry.
    public let subject: String
    /// What happened, as a clause that follows the subject.
    public let problem: String
    /// The next thing to try, a sentence.
    public let remedy: String
    /// What lies beneath, where something does.
    public let cause: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ subject: String, _ problem: String, remedy: String, cause: (any Error)? = nil)
    {
        self.code = code
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
        self.cause = cause
    }
}

extension BundleError: CustomStringConvertible {
    /// `SUBJECT: PROBLEM. REMEDY`, one line.
    public var description: String { "\(subject): \(problem). \(remedy)" }
}

extension BundleError {
    /// Wraps a kernel call's failure while something was written or read.
    init(_ error: SyscallError, writing isWriting: Bool = false, subject: String? = nil) {
        let subject = subject ?? error.subject
        switch error.code {
        case Errno.noSpace, Errno.quotaExceeded:
            self.init(
                .diskFull, subject, "no space left",
                remedy: "Free some space, or \(Self.elsewhere).", cause: error)
        case Errno.accessDenied, Errno.notPermitted:
            self.init(
                .system, subject, "permission denied (\(error.call))",
                remedy: isWriting
                    ? "Name a directory that you may write to." : "Check its permissions with ls -l.",
                cause: error)
        default:
            self.init(
                .system, subject, "\(Errno.text(of: error.code)) (\(error.call))",
                remedy: isWriting
                    ? "Check the directory, or \(Self.elsewhere)."
                    : "Check the file and its disk.",
                cause: error)
        }
    }

    /// How another place for bundles is named.
    private static let elsewhere = "name another place: --output FILE (serve: --output-dir DIR)"
    /// The sentence for bytes that changed on the way.
    static let fetchAgain = "Fetch the bundle again from where it came, and compare with `amber verify`."
    /// The sentence for input that only an attacker or a bug makes.
    static let doNotTrust = "Do not use this bundle; ask whoever sent it for another one."
}

/// Runs kernel calls and turns their failure into a `BundleError`.
func bundled<Result: ~Copyable>(
    writing isWriting: Bool = false, _ subject: @autoclosure () -> String? = nil,
    _ body: () throws(SyscallError) -> Result
) throws(BundleError) -> Result {
    do { return try body() } catch { throw BundleError(error, writing: isWriting, subject: subject()) }
}

public import AmberModel

/// What `verify` found: every problem, and how much was looked at.
public struct VerificationReport: Sendable {
    /// One thing that is wrong.
    public struct Problem: Sendable, Hashable {
        /// What it is about: a layer, a path.
        public let subject: String
        /// What is wrong, one sentence.
        public let text: String
    }

    /// Digest of the manifest.
    public let manifestDigest: Digest
    /// Everything that is wrong, at most `problemLimit`; empty for a sound bundle.
    public internal(set) var problems: [Problem] = []
    /// Problems in all.
    public internal(set) var problemCount = 0
    /// Layers that were read to their end.
    public internal(set) var layerCount = 0
    /// Entries of these layers.
    public internal(set) var entryCount = 0
    /// Files whose content was compared with `files.jsonl`.
    public internal(set) var comparedFileCount = 0
    /// Problems that are listed; the rest are only counted.
    public static let problemLimit = 1000

    /// Tells whether nothing is wrong.
    public var isSound: Bool { problemCount == 0 }

    mutating func add(_ subject: String, _ text: String) {
        problemCount += 1
        if problems.count < Self.problemLimit { problems.append(Problem(subject: subject, text: text)) }
    }
}

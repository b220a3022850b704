/// `fidelity.json`: what the bundle holds of the run, what it does not hold, and why.
public struct FidelityReport: Codable, Hashable, Sendable {
    /// How much of an aspect the bundle holds.
    public enum Level: String, Codable, Sendable {
        /// All of it.
        case exact
        /// Some of it; the reason says what is left out.
        case partial
        /// None of it.
        case absent
    }

    /// One aspect of the run.
    public struct Row: Codable, Hashable, Sendable {
        /// The aspect: `files`, `directories`, `stdin`, `network`, `clock`.
        public var aspect: String
        /// How much of it is here.
        public var level: Level
        /// Why it is not exact; nil for exact rows.
        public var reason: String?
        /// What would improve it: a flag, a permission, a kernel version.
        public var remedy: String?

        /// Makes a row.
        public init(aspect: String, level: Level, reason: String? = nil, remedy: String? = nil) {
            self.aspect = aspect
            self.level = level
            self.reason = reason
            self.remedy = remedy
        }
    }

    /// The rows, one per aspect.
    public var rows: [Row]

    /// Makes a report.
    public init(rows: [Row]) { self.rows = rows }
}

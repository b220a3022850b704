/// Why a service is not served.
package struct ServeError: Error, Sendable, CustomStringConvertible {
    /// What happened, to what.
    package let problem: String
    /// The next thing to try.
    package let remedy: String

    /// `PROBLEM. REMEDY`, one line.
    package var description: String { "\(problem). \(remedy)" }

    init(_ problem: String, remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }
}

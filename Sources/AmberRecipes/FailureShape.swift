/// One form in which a runtime reports a failure: how it begins, what its lines mean, and what it proves.
package struct FailureShape: Hashable, Sendable {
    /// A shape that is passed around without copying it: a hostile output makes a hundred thousand attempts.
    final class Reference: Sendable {
        let shape: FailureShape

        init(_ shape: FailureShape) { self.shape = shape }
    }

    /// Where the runtime prints it.
    enum Stream: String, CaseIterable, Hashable, Sendable { case stderr, stdout, any }
    /// In which order it prints the frames of one stack.
    enum Order: String, CaseIterable, Hashable, Sendable {
        case innermostFirst = "innermost-first"
        case innermostLast = "innermost-last"
    }
    /// What it proves about the end of the program.
    enum Weight: String, CaseIterable, Hashable, Sendable {
        /// Printed by the runtime itself when the program dies of it.
        case uncaught
        /// Printed by the program or a framework; counts only where nothing uncaught is found.
        case reported
        /// Printed although the program goes on; read so that nothing inside it is taken for a failure.
        case handled
    }

    var name: String
    var stream = Stream.stderr
    var order = Order.innermostFirst
    var weight = Weight.uncaught
    /// Nothing but trailers may follow: for shapes of one line that logs contain as well.
    var isAtEnd = false
    /// Exit codes the program may then end with; empty for any.
    var exitCodes: Set<Int32> = []
    /// Signals the program may then end with.
    var signals: Set<Int32> = []
    /// The type where no line names one.
    var type: String?
    /// Files of which the first frame must have one where the program is not known to run on this runtime; empty
    /// for any.
    var files: [Glob] = []
    /// Frames that it must have.
    var leastFrames = 0
    /// Beginnings: each a row of consecutive lines.
    var beginnings: [[Pattern]] = []
    /// What the lines after the beginning mean; the first that matches counts.
    var rules: [LineRule] = []

    /// Tells whether the shape is complete only with its last line.
    var needsEnd: Bool { rules.contains { $0.meaning == .end } }
}

/// What one line inside a failure means.
struct LineRule: Hashable, Sendable {
    /// The meanings; recipes write these words as keys.
    enum Meaning: String, CaseIterable, Hashable, Sendable {
        /// A frame.
        case frame
        /// The file and line of the frame before it.
        case place
        /// The type or message of the failure; the failure goes on.
        case head
        /// Another failure that caused the one above: its frames come before those, its type and message count.
        case cause
        /// One more line of the message.
        case text
        /// The type or message, and the last line of the failure.
        case end
        /// Belongs to the failure and says nothing.
        case skip
        /// Does not belong to the failure any more.
        case stop
        /// The stack is complete; from here on only rules with `when: closed` hold.
        case close
    }
    /// When the rule holds; `closed` is the only one that does after a `close`.
    enum Condition: String, CaseIterable, Hashable, Sendable {
        case always
        /// After the first frame of the stack being read; the place in a beginning does not count.
        case framed
        /// Before that frame.
        case unframed
        case closed
    }

    let meaning: Meaning
    let patterns: [Pattern]
    let condition: Condition
}

/// A notified call that waits for its answer, in the hands of whoever will give it; from any thread, once.
package struct HeldCall: Sendable {
    /// How a call is answered.
    package enum Answer: Hashable, Sendable {
        /// The kernel carries it out.
        case proceed
        /// It fails with this errno.
        case fail(Int32)
        /// It returns this without being carried out.
        case value(Int64)
    }

    /// Answers it; afterwards nothing here may be called any more.
    package let answer: @Sendable (Answer) -> Void
    /// Keeps the guardian from answering it: whoever holds a call for longer than a second does this every second.
    package let refresh: @Sendable () -> Void
    /// Tells whether the caller lives and waits.
    package let isWaiting: @Sendable () -> Bool

    package init(
        answer: @escaping @Sendable (Answer) -> Void, refresh: @escaping @Sendable () -> Void,
        isWaiting: @escaping @Sendable () -> Bool
    ) {
        self.answer = answer
        self.refresh = refresh
        self.isWaiting = isWaiting
    }
}

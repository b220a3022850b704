/// Decides about notified calls; asked on the listener's thread, so it must answer at once.
package protocol CallHandler: Sendable {
    /// Takes a call that waits in `slot`.
    ///
    /// - Returns: What to answer; `.held` where the handler answers later, through the `Answerer` it was given.
    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision
}

/// What becomes of a call.
package enum CallDecision: Hashable, Sendable {
    /// The kernel carries it out.
    case proceed
    /// It fails with this errno.
    case fail(Int32)
    /// It returns this without being carried out.
    case value(Int64)
    /// The handler answers it later.
    case held
}

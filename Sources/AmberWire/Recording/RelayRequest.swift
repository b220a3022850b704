/// A connect(2) that waits for the relay.
package struct RelayRequest: Sendable {
    /// How the call is answered.
    package enum Answer: Hashable, Sendable {
        /// The kernel connects to the peer itself.
        case proceed
        /// It fails with this errno.
        case fail(Int32)
        /// It has succeeded.
        case succeed
    }

    /// The calling thread and its process.
    package var threadID: Int32
    package var processID: Int32
    /// The socket's descriptor in that process.
    package var socket: Int32
    /// The peer in the kernel's form.
    package var address: [UInt8]
    /// The peer as a file of ours, where a path does not mean the same to us.
    package var path: [UInt8]?
    /// CLOCK_MONOTONIC when the call was made.
    package var time: Int64
    /// Answers it; called once, on the relay's thread.
    package var answer: @Sendable (Answer) -> Void
    /// Keeps the guardian from answering it meanwhile.
    package var refresh: @Sendable () -> Void
    /// Tells whether the caller lives and waits.
    package var isWaiting: @Sendable () -> Bool

    package init(
        threadID: Int32, processID: Int32, socket: Int32, address: [UInt8], path: [UInt8]? = nil, time: Int64,
        answer: @escaping @Sendable (Answer) -> Void, refresh: @escaping @Sendable () -> Void,
        isWaiting: @escaping @Sendable () -> Bool
    ) {
        self.threadID = threadID
        self.processID = processID
        self.socket = socket
        self.address = address
        self.path = path
        self.time = time
        self.answer = answer
        self.refresh = refresh
        self.isWaiting = isWaiting
    }
}

package import AmberKernel

/// A connect(2), or a send to an address, that waits for the relay or the player.
package struct RelayRequest: Sendable {
    /// The calling thread and its process.
    package var threadID: Int32
    package var processID: Int32
    /// The socket's descriptor in that process.
    package var socket: Int32
    /// The peer in the kernel's form.
    package var address: [UInt8]
    /// The peer as a file of ours, where a path does not mean the same to us.
    package var path: [UInt8]?
    /// Bytes of a send to an address; nil for a connect(2).
    package var payload: UInt64?
    /// CLOCK_MONOTONIC when the call was made.
    package var time: Int64
    /// The call itself.
    package var held: HeldCall

    package init(
        threadID: Int32, processID: Int32, socket: Int32, address: [UInt8], path: [UInt8]? = nil,
        payload: UInt64? = nil, time: Int64, held: HeldCall
    ) {
        self.threadID = threadID
        self.processID = processID
        self.socket = socket
        self.address = address
        self.path = path
        self.payload = payload
        self.time = time
        self.held = held
    }

    /// True for a send to an address.
    var isSend: Bool { payload != nil }

    /// Answers the call.
    func answer(_ answer: HeldCall.Answer) { held.answer(answer) }
}

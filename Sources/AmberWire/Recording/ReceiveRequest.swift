package import AmberKernel

/// A recvfrom(2), recvmsg(2) or recvmmsg(2) on a relayed datagram socket: the program must see its peer's address.
package struct ReceiveRequest: Sendable {
    /// Which of the three.
    package enum Form: Sendable {
        /// Buffer, its size, where the address goes and its length.
        case from(buffer: UInt64, count: UInt64, address: UInt64, length: UInt64)
        /// Where the struct msghdr is.
        case message(UInt64)
        /// Where the struct mmsghdr are.
        case messages(UInt64)
    }

    package var threadID: Int32
    package var form: Form
    /// MSG_*.
    package var flags: Int32
    /// The socket, taken from the caller.
    package var socket: SharedDescriptor
    package var held: HeldCall

    package init(threadID: Int32, form: Form, flags: Int32, socket: SharedDescriptor, held: HeldCall) {
        self.threadID = threadID
        self.form = form
        self.flags = flags
        self.socket = socket
        self.held = held
    }
}

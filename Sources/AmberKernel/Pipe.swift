import CLinux

/// Both ends of a pipe or of a pair of sockets, close-on-exec.
package struct Pipe: ~Copyable, Sendable {
    /// The end that reads.
    package let readEnd: OwnedDescriptor
    /// The end that writes.
    package let writeEnd: OwnedDescriptor

    /// Makes a pipe (pipe2(2)).
    package init() throws(SyscallError) {
        var ends: [Int32] = [-1, -1]
        _ = try check("pipe2", on: "pipe") { amber_pipe(&ends) }
        readEnd = OwnedDescriptor(adopting: ends[0])
        writeEnd = OwnedDescriptor(adopting: ends[1])
    }

    /// Makes a pair of connected AF_UNIX stream sockets (socketpair(2)); both ends read and write.
    package init(sockets: Void) throws(SyscallError) {
        var ends: [Int32] = [-1, -1]
        _ = try check("socketpair", on: "socket") { amber_socketpair(&ends) }
        readEnd = OwnedDescriptor(adopting: ends[0])
        writeEnd = OwnedDescriptor(adopting: ends[1])
    }

    /// Gives the reading end away and closes the other.
    package consuming func takeReadEnd() -> OwnedDescriptor { readEnd }

    /// Gives both ends away, reading end first.
    package consuming func takeBoth() -> (Int32, Int32) { (readEnd.release(), writeEnd.release()) }

    /// Receives a descriptor that was sent over a socket (SCM_RIGHTS, unix(7)).
    package static func receiveDescriptor(from socket: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try check("recvmsg", on: "socket") { amber_receive_descriptor(socket) })
    }
}

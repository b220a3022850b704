import CLinux

/// Calls on sockets, with addresses in the kernel's own form (ip(7), ipv6(7), unix(7)).
///
/// Descriptors are borrowed: nothing here closes one.
package enum Sockets {
    /// AF_UNIX.
    package static let unix: Int32 = 1
    /// AF_INET.
    package static let internet: Int32 = 2
    /// AF_INET6.
    package static let internet6: Int32 = 10
    /// SOCK_STREAM.
    package static let stream: Int32 = 1
    /// SOCK_DGRAM.
    package static let datagram: Int32 = 2
    /// SOCK_NONBLOCK, beside the type.
    package static let nonBlocking: Int32 = 0o4000

    /// Makes a socket (socket(2)), close-on-exec.
    package static func make(
        domain: Int32, type: Int32, protocol number: Int32 = 0
    ) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try check("socket", on: "socket") { amber_socket(domain, type, number) })
    }

    /// Duplicates a descriptor of another process (pidfd_getfd(2), Linux 5.6).
    ///
    /// - Throws: `SyscallError`: EPERM where this process may not trace the other, EBADF, ESRCH.
    package static func take(
        _ number: Int32, ofProcess processID: Int32
    ) throws(SyscallError) -> OwnedDescriptor {
        let process = OwnedDescriptor(
            adopting: try check("pidfd_open", on: "pid \(processID)") { amber_pidfd_open(processID) })
        return OwnedDescriptor(
            adopting: try check("pidfd_getfd", on: "pid \(processID)") {
                amber_take_descriptor(process.number, number)
            })
    }

    /// bind(2).
    package static func bind(_ socket: Int32, to address: [UInt8]) throws(SyscallError) {
        _ = try check("bind", on: "socket") { amber_bind(socket, address, UInt32(address.count)) }
    }

    /// listen(2).
    package static func listen(_ socket: Int32, backlog: Int32 = 4096) throws(SyscallError) {
        _ = try check("listen", on: "socket") { amber_listen(socket, backlog) }
    }

    /// accept4(2): the connection and its peer.
    package static func accept(
        _ socket: Int32, nonBlocking: Bool = true
    ) throws(SyscallError) -> (number: Int32, peer: [UInt8]) {
        var address = [UInt8](repeating: 0, count: 128)
        var size: UInt32 = 0
        let number = try check("accept4", on: "socket") {
            amber_accept(socket, &address, &size, nonBlocking ? 1 : 0)
        }
        return (number, Array(address.prefix(Int(min(size, 128)))))
    }

    /// connect(2): 0, or the positive errno. EINPROGRESS and EINTR mean that it goes on; never retried.
    package static func connect(_ socket: Int32, to address: [UInt8]) -> Int32 {
        -amber_connect(socket, address, UInt32(address.count))
    }

    /// getsockname(2); nil where the socket is gone.
    package static func localName(of socket: Int32) -> [UInt8]? {
        var address = [UInt8](repeating: 0, count: 128)
        var size: UInt32 = 0
        guard amber_local_name(socket, &address, &size) == 0 else { return nil }
        return Array(address.prefix(Int(min(size, 128))))
    }

    /// getpeername(2); nil where it is not connected.
    package static func peerName(of socket: Int32) -> [UInt8]? {
        var address = [UInt8](repeating: 0, count: 128)
        var size: UInt32 = 0
        guard amber_peer_name(socket, &address, &size) == 0 else { return nil }
        return Array(address.prefix(Int(min(size, 128))))
    }

    /// Tells whether an IPv4 or IPv6 address is one of this machine's own: the kernel then sends from that very address
    /// (ip(7)). Nothing is sent.
    package static func isOwn(_ address: [UInt8]) -> Bool {
        guard let family = address.first, family == 2 || family == 10,
            let socket = try? make(domain: Int32(family), type: datagram),
            connect(socket.number, to: address) == 0,
            let name = localName(of: socket.number)
        else { return false }
        let host = family == 2 ? 4..<8 : 8..<24
        return address.count >= host.upperBound && name.count >= host.upperBound
            && address[host] == name[host]
    }

    /// getsockopt(2) of an integer; nil where it is refused.
    package static func option(_ socket: Int32, level: Int32, name: Int32) -> Int32? {
        var value: Int32 = 0
        return amber_get_option(socket, level, name, &value) == 0 ? value : nil
    }

    /// setsockopt(2) of an integer; false where it is refused.
    @discardableResult
    package static func setOption(_ socket: Int32, level: Int32, name: Int32, to value: Int32) -> Bool {
        amber_set_option(socket, level, name, value) == 0
    }

    /// SO_COOKIE (Linux 4.6): what tells a socket from every other; nil for what is no socket.
    package static func cookie(of socket: Int32) -> UInt64? {
        var cookie: UInt64 = 0
        return amber_socket_cookie(socket, &cookie) == 0 ? cookie : nil
    }

    /// SO_NETNS_COOKIE (Linux 5.14): equal for sockets of one network namespace; nil on older kernels.
    package static func networkCookie(of socket: Int32) -> UInt64? {
        var cookie: UInt64 = 0
        return amber_network_cookie(socket, &cookie) == 0 ? cookie : nil
    }

    /// SO_SNDTIMEO in milliseconds, which also bounds connect(2) (socket(7)); 0 for none.
    package static func sendTimeout(of socket: Int32) -> Int64 { amber_get_time_option(socket, 21) }

    /// SO_RCVTIMEO in milliseconds, which bounds a receive (socket(7)); 0 for none.
    package static func receiveTimeout(of socket: Int32) -> Int64 { amber_get_time_option(socket, 20) }

    /// What became of a connect that went on: 0 where it succeeded, else errno (SO_ERROR).
    package static func connectError(of socket: Int32) -> Int32 { option(socket, level: 1, name: 4) ?? 0 }

    /// send(2) without SIGPIPE: the bytes sent, or -errno.
    package static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer, isUrgent: Bool = false) -> Int
    {
        guard let base = bytes.baseAddress else { return 0 }
        return amber_send(socket, base.assumingMemoryBound(to: UInt8.self), bytes.count, isUrgent ? 1 : 0)
    }

    /// recv(2): the bytes received, 0 at the end, or -errno.
    package static func receive(
        _ socket: Int32, into buffer: UnsafeMutableRawBufferPointer, isUrgent: Bool = false
    ) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        return amber_receive(
            socket, base.assumingMemoryBound(to: UInt8.self), buffer.count, isUrgent ? 1 : 0)
    }

    /// Receives a datagram and its sender's address; nil where none is there.
    package static func receiveFrom(
        _ socket: Int32, into buffer: inout [UInt8]
    ) -> (count: Int, sender: [UInt8])? {
        var address = [UInt8](repeating: 0, count: 128)
        var size: UInt32 = 0
        let count = amber_receive_from(socket, &buffer, buffer.count, 0, &address, &size)
        return count < 0 ? nil : (count, Array(address.prefix(Int(min(size, 128)))))
    }

    /// recvfrom(2) with flags (MSG_*): the datagram's length or -errno, and its sender's address.
    package static func receiveFrom(
        _ socket: Int32, into buffer: inout [UInt8], flags: Int32
    ) -> (count: Int, sender: [UInt8]) {
        var address = [UInt8](repeating: 0, count: 128)
        var size: UInt32 = 0
        let count = amber_receive_from(socket, &buffer, buffer.count, flags, &address, &size)
        return (count, count < 0 ? [] : Array(address.prefix(Int(min(size, 128)))))
    }

    /// Sends a datagram to an address; one that cannot be sent is lost, as datagrams are.
    package static func send(_ socket: Int32, _ bytes: [UInt8], to address: [UInt8]) {
        _ = amber_send_to(socket, bytes, bytes.count, address, UInt32(address.count))
    }

    /// Receives bytes and the descriptors that came with them, which the caller then owns (SCM_RIGHTS, unix(7)).
    package static func receiveMessage(
        _ socket: Int32, into buffer: UnsafeMutableRawBufferPointer
    ) -> (count: Int, descriptors: [Int32]) {
        guard let base = buffer.baseAddress else { return (0, []) }
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 253) { numbers in
            guard let first = numbers.baseAddress else { return (0, []) }
            var count: Int32 = 0
            let received = amber_receive_message(
                socket, base.assumingMemoryBound(to: UInt8.self), buffer.count, first, &count)
            return (received, (0..<Int(count)).map { numbers[$0] })
        }
    }

    /// Sends bytes and copies of descriptors; the bytes sent, or -errno.
    package static func sendMessage(
        _ socket: Int32, _ bytes: UnsafeRawBufferPointer, descriptors: [Int32]
    ) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        return amber_send_message(
            socket, base.assumingMemoryBound(to: UInt8.self), bytes.count, descriptors,
            Int32(descriptors.count))
    }

    /// shutdown(2) of one direction: 0 reading, 1 writing, 2 both.
    package static func shutDown(_ socket: Int32, _ direction: Int32) {
        _ = amber_shutdown(socket, direction)
    }

    /// Makes the last close send a reset (SO_LINGER with time 0, socket(7)).
    package static func resetOnClose(_ socket: Int32) { _ = amber_reset_on_close(socket) }

    /// Closes a descriptor that was accepted or released.
    package static func close(_ number: Int32) { _ = OwnedDescriptor(adopting: number) }

    /// The address of loopback with a port, in one family.
    package static func loopback(port: UInt16, isVersion6: Bool = false) -> [UInt8] {
        let place = [UInt8(port >> 8), UInt8(port & 0xFF)]
        if isVersion6 {
            return [10, 0] + place + [0, 0, 0, 0] + [UInt8](repeating: 0, count: 15) + [1, 0, 0, 0, 0]
        }
        return [2, 0] + place + [127, 0, 0, 1] + [UInt8](repeating: 0, count: 8)
    }

    /// The port of an internet address; 0 for others.
    package static func port(of address: [UInt8]) -> UInt16 {
        guard address.count >= 8, address[0] == 2 || address[0] == 10, address[1] == 0 else { return 0 }
        return UInt16(address[2]) << 8 | UInt16(address[3])
    }
}

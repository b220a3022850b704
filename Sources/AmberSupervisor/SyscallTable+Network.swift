import AmberKernel

extension SyscallTable {
    /// Calls that name a peer or an address of their own.
    static let network: [Row] = [
        Row(CallShape("connect", .connect), 42, 362, 203),
        Row(CallShape("sendto", .send), 44, 369, 206, .argumentIsSet(4)),
        Row(CallShape("bind", .bind), 49, 361, 200),
    ]

    /// Calls that ask for a socket's names.
    static let socketNameRows: [Row] = [
        Row(CallShape("getpeername", .socketName), 52, 368, 205),
        Row(CallShape("getsockname", .socketName), 51, 367, 204),
        // 32-bit programs see a relayed datagram's sender as the relay; their structures are others.
        Row(CallShape("recvfrom", .receive), 45, nil, 207, .argumentIsSet(4)),
        Row(CallShape("recvmsg", .receive), 47, nil, 212),
        Row(CallShape("recvmmsg", .receive), 299, nil, 243),
    ]

    /// Tells whether a number is a read(2) or readv(2) of this machine's architectures, or may be one.
    static func isRead(_ number: UInt32) -> Bool {
        standardInputRows.prefix(2).contains { row in
            architectures.contains { row.number($0) == number }
        }
    }

    /// Calls that look at standard input; notified only where it is a pipe or socket that Amber feeds on demand.
    static let standardInputRows: [Row] = [
        Row(CallShape("read", .standardInput), 0, 3, 63, .argument(0, equals: 0)),
        Row(CallShape("readv", .standardInput), 19, 145, 65, .argument(0, equals: 0)),
        Row(CallShape("preadv2", .standardInput), 327, 378, 286, .argument(0, equals: 0)),
        Row(CallShape("recvfrom", .standardInput), 45, 371, 207, .argument(0, equals: 0)),
        Row(CallShape("recvmsg", .standardInput), 47, 372, 212, .argument(0, equals: 0)),
        Row(CallShape("splice", .standardInput), 275, 313, 76, .argument(0, equals: 0)),
        Row(CallShape("tee", .standardInput), 276, 315, 77, .argument(0, equals: 0)),
        Row(CallShape("sendfile", .standardInput), 40, 187, 71, .argument(1, equals: 0)),
        Row(CallShape("dup", .standardInput), 32, 41, 23, .argument(0, equals: 0)),
        Row(CallShape("dup2", .standardInput), 33, 63, nil, .argument(0, equals: 0)),
        Row(CallShape("dup3", .standardInput), 292, 330, 24, .argument(0, equals: 0)),
        // F_DUPFD and F_DUPFD_CLOEXEC; FIONREAD: whoever asks for flags, or for a terminal (isatty), looks at no byte.
        Row(
            CallShape("fcntl", .standardInput), 72, 55, 25,
            .all([.argument(0, equals: 0), .argumentIsOne(1, of: [0, 1030])])),
        Row(
            CallShape("ioctl", .standardInput), 16, 54, 29,
            .all([.argument(0, equals: 0), .argument(1, equals: 0x541B)])),
        Row(CallShape("epoll_ctl", .standardInput), 233, 255, 21, .argument(2, equals: 0)),
        Row(CallShape("poll", .standardInput), 7, 168, nil),
        Row(CallShape("ppoll", .standardInput), 271, 309, 73),
        Row(CallShape("select", .standardInput), 23, 142, nil),
        Row(CallShape("pselect6", .standardInput), 270, 308, 72),
    ]
}

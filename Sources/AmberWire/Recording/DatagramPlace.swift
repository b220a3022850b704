import AmberKernel

/// Where a caller wants a datagram, its sender and what is to be known of it (recvmsg(2)); 64-bit callers.
struct DatagramPlace {
    private let threadID: Int32
    private let pieces: [(address: UInt64, count: Int)]
    private let name: UInt64
    private let nameRoom: Int
    private let lengthAt: UInt64
    /// Where msg_controllen and msg_flags are; 0 for recvfrom.
    private let controlLengthAt: UInt64
    private let flagsAt: UInt64
    /// Where msg_len of a struct mmsghdr is; 0 for the others.
    private let messageLengthAt: UInt64

    /// Bytes that it takes.
    var capacity: Int { pieces.reduce(0) { $0 + $1.count } }
    /// True for recvmmsg(2), which returns how many messages came.
    var isMany: Bool { messageLengthAt != 0 }

    /// Reads it out of the caller's memory; nil where that is not possible, or where it wants no sender.
    init?(_ request: ReceiveRequest) {
        threadID = request.threadID
        switch request.form {
        case .from(let buffer, let count, let address, let length):
            pieces = [(buffer, Int(clamping: min(count, 1 << 20)))]
            name = address
            lengthAt = length
            controlLengthAt = 0
            flagsAt = 0
            messageLengthAt = 0
        case .message(let header), .messages(let header):
            guard let raw = ProcessMemory.read(request.threadID, header, count: 56), raw.count == 56 else {
                return nil
            }
            func word(_ offset: Int) -> UInt64 {
                raw[offset..<(offset + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
            let count = word(24)
            guard count > 0, count <= 64,
                let vectors = ProcessMemory.read(request.threadID, word(16), count: Int(count) * 16),
                vectors.count == Int(count) * 16
            else { return nil }
            func half(_ offset: Int) -> UInt64 {
                vectors[offset..<(offset + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
            pieces = (0..<Int(count)).map { (half($0 * 16), Int(clamping: min(half($0 * 16 + 8), 1 << 20))) }
            name = word(0)
            lengthAt = header + 8
            controlLengthAt = header + 40
            flagsAt = header + 48
            if case .messages = request.form { messageLengthAt = header + 56 } else { messageLengthAt = 0 }
        }
        guard name != 0, let room = ProcessMemory.read(threadID, lengthAt, count: 4), room.count == 4 else {
            return nil
        }
        nameRoom = Int(room.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }

    /// Writes a datagram there; false where the caller's memory does not take it.
    func put(_ bytes: ArraySlice<UInt8>, from peer: [UInt8], flags: Int32) -> Bool {
        var rest = bytes
        for piece in pieces where !rest.isEmpty {
            guard ProcessMemory.write(threadID, piece.address, Array(rest.prefix(piece.count))) else {
                return false
            }
            rest = rest.dropFirst(piece.count)
        }
        guard ProcessMemory.write(threadID, name, Array(peer.prefix(nameRoom))),
            ProcessMemory.write(threadID, lengthAt, Self.bytes(UInt32(peer.count)))
        else { return false }
        if controlLengthAt != 0 {
            guard ProcessMemory.write(threadID, controlLengthAt, [UInt8](repeating: 0, count: 8)),
                ProcessMemory.write(threadID, flagsAt, Self.bytes(UInt32(bitPattern: flags)))
            else { return false }
        }
        if messageLengthAt != 0 {
            return ProcessMemory.write(threadID, messageLengthAt, Self.bytes(UInt32(bytes.count)))
        }
        return true
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

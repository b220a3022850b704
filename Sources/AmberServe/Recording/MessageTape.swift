import NIOCore

/// The bytes of one message: its beginning in memory, all of a long one on disk, and its true length.
struct MessageTape: Sendable {
    /// How much is kept, and where.
    struct Limits: Sendable {
        /// Bytes in memory.
        var memory: Int
        /// Bytes in all.
        var message: Int
    }

    /// The beginning, at most `Limits.memory` bytes and never less than the head.
    private(set) var bytes: [UInt8] = []
    /// Bytes on the wire.
    private(set) var total: UInt64 = 0
    /// All of it, where it is longer than what memory holds.
    private(set) var file: SpillFile?
    /// Nothing more is kept.
    private(set) var isCut = false

    /// Takes a head, whatever its length: method and target are read out of it later.
    mutating func appendHead(_ buffer: ByteBuffer) {
        total += UInt64(buffer.readableBytes)
        bytes.append(contentsOf: buffer.readableBytesView)
    }

    /// Takes further bytes; true where this made the tape be cut.
    mutating func append(_ buffer: ByteBuffer, _ limits: Limits, _ spill: SpillWriter) -> Bool {
        let count = buffer.readableBytes
        total += UInt64(count)
        if isCut { return false }
        if file == nil, bytes.count + count <= limits.memory {
            bytes.append(contentsOf: buffer.readableBytesView)
            return false
        }
        if file == nil {
            file = spill.open()
            guard let file, spill.write(bytes, to: file) else { return cut(buffer, limits) }
        }
        guard let file, file.takenSize + count <= limits.message,
            spill.write(Array(buffer.readableBytesView), to: file)
        else {
            isCut = true
            return true
        }
        return false
    }

    /// Without a file: what fits in memory is all there is.
    private mutating func cut(_ buffer: ByteBuffer, _ limits: Limits) -> Bool {
        file = nil
        bytes.append(contentsOf: buffer.readableBytesView.prefix(max(limits.memory - bytes.count, 0)))
        isCut = true
        return true
    }
}

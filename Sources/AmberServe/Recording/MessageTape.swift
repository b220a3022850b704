import NIOCore

/// The bytes of one message, up to a limit; its true length.
struct MessageTape: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var total: UInt64 = 0

    mutating func append(_ buffer: ByteBuffer, limit: Int) {
        total += UInt64(buffer.readableBytes)
        let room = min(limit - bytes.count, buffer.readableBytes)
        guard room > 0 else { return }
        bytes.append(contentsOf: buffer.readableBytesView.prefix(room))
    }
}

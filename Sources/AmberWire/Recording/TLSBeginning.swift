package import AmberModel

/// Where a program begins TLS in a conversation: at once, or after both agreed to in the open (STARTTLS).
package struct TLSBeginning: Hashable, Sendable {
    /// Bytes that the program said before.
    package var sentBytes: UInt64
    /// Bytes that the peer said before.
    package var receivedBytes: UInt64
    /// By which the session's secrets are known.
    package var clientRandom: [UInt8]
    /// The program has answered the peer's hello, so that it knows all keys.
    var hasKeys = false

    /// Looks at what a program says next; nil where it is no TLS hello.
    init?(_ bytes: UnsafeRawBufferPointer, after record: TrafficRecord) {
        guard Self.isHello(bytes, at: 0) else { return nil }
        sentBytes = record.sentBytes
        receivedBytes = record.receivedBytes
        clientRandom = Array(bytes[11..<43])
    }

    /// What of the next bytes of a direction is TLS; those in the open are counted off.
    package mutating func removeOpen(
        from bytes: [UInt8], _ direction: SegmentRecord.Direction
    ) -> ArraySlice<UInt8> {
        let left = direction == .sent ? sentBytes : receivedBytes
        let passed = min(left, UInt64(bytes.count))
        if direction == .sent { sentBytes -= passed } else { receivedBytes -= passed }
        return bytes.dropFirst(Int(passed))
    }

    /// True for a hello, also for the second one behind a ChangeCipherSpec: the peer asked for another.
    static func isHello(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isHello(bytes, at: 0) || bytes.count > 6 && bytes[0] == 20 && isHello(bytes, at: 6)
    }

    /// A record of handshake messages, version 3.x; in it a ClientHello (RFC 8446 sections 4, 4.1.2 and 5.1).
    private static func isHello(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
        bytes.count >= start + 43 && bytes[start] == 22 && bytes[start + 1] == 3 && bytes[start + 5] == 1
            && bytes[start + 9] == 3
    }
}

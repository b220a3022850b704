/// Where a program begins TLS in a conversation: at once, or after both agreed to in the open (STARTTLS).
package struct TLSBeginning: Hashable, Sendable {
    /// Bytes that the program said before.
    package var sentBytes: UInt64
    /// Bytes that the peer said before.
    package var receivedBytes: UInt64
    /// By which the session's secrets are known.
    package var clientRandom: [UInt8]

    /// Looks at what a program says next; nil where it is no TLS hello.
    init?(_ bytes: UnsafeRawBufferPointer, after record: TrafficRecord) {
        // A record of handshake messages, version 3.x; in it a ClientHello (RFC 8446 sections 4, 4.1.2 and 5.1).
        guard bytes.count >= 43, bytes[0] == 22, bytes[1] == 3, bytes[5] == 1, bytes[9] == 3 else {
            return nil
        }
        sentBytes = record.sentBytes
        receivedBytes = record.receivedBytes
        clientRandom = Array(bytes[11..<43])
    }
}

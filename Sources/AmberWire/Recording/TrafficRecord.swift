package import AmberModel

/// A conversation as the relay knows it, its bytes in the spool.
package struct TrafficRecord: Sendable {
    /// Bytes of one direction, in one place of the spool; or that direction's end.
    package struct Segment: Hashable, Sendable {
        package var time: Int64
        package var direction: SegmentRecord.Direction
        package var offset: Int64
        package var count: Int
        package var ending: SegmentRecord.Ending?
    }

    /// Position among all conversations, counted from 1.
    package var number: Int
    /// The process that called connect(2).
    package var processID: Int32
    /// Its thread.
    package var threadID: Int32
    package var transport: ConversationRecord.Transport
    /// The peer's address in the kernel's form.
    package var peer: [UInt8]
    /// The program's own address in the kernel's form, as the peer sees it.
    package var local: [UInt8] = []
    /// CLOCK_MONOTONIC when the program called.
    package var openedAt: Int64
    /// When the peer had answered; 0 before.
    package var connectedAt: Int64 = 0
    /// When both directions had ended; 0 before.
    package var closedAt: Int64 = 0
    /// errno of the connect; 0 for none.
    package var error: Int32 = 0
    /// Bytes that passed, kept or not.
    package var sentBytes: UInt64 = 0
    package var receivedBytes: UInt64 = 0
    /// Bytes that are in the spool.
    package var storedBytes = 0
    package var isTruncated = false
    /// Something in its middle was let go, because it was too old.
    package var hasGap = false
    package var absence: ConversationRecord.Absence?
    /// Nobody can answer, and nobody looks at what is sent.
    package var isOneWay = false
    package var segments: [Segment] = []
    /// The program's first bytes, by which the protocol is told.
    package var head: [UInt8] = []

    /// Where the program begins TLS; nil where it does not.
    package var tls: TLSBeginning?

    /// What is spoken, as far as it can be told.
    package var wireProtocol: WireProtocol? {
        WireProtocol.guess(head, isDatagram: transport == .udp || transport == .unixDatagram)
    }
}

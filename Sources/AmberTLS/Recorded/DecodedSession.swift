package import AmberModel

/// What a recorded TLS session held.
package struct DecodedSession: Sendable {
    /// Why the content could not be read.
    package enum Failure: String, Hashable, Sendable {
        /// No secrets of this session were recorded.
        case noSecrets = "no session secrets"
        /// The session is of a version or a cipher suite that is not understood.
        case unsupported = "unsupported version or cipher suite"
        /// The bytes are not what TLS allows, or not what the secrets belong to.
        case damaged = "not decipherable"
    }

    /// The client's first message; nil where it is not there.
    package internal(set) var hello: ClientHello?
    /// The version as its number on the wire; nil before the server chose.
    package internal(set) var version: Int?
    /// The number of the chosen cipher suite.
    package internal(set) var suite: Int?
    /// What was spoken inside, as far as both said so (ALPN).
    package internal(set) var applicationProtocol: [UInt8]?
    /// The server's certificates, its own first, in DER.
    package internal(set) var certificates: [[UInt8]] = []
    /// The alert that the program sent, other than the one that closes.
    package internal(set) var sentAlert: Int?
    /// The alert that the peer sent.
    package internal(set) var receivedAlert: Int?
    /// True where the program went away when it had seen the peer's certificates.
    package internal(set) var isAbandoned = false
    /// True where both sides finished the handshake.
    package internal(set) var isEstablished = false
    /// What the program said.
    package internal(set) var sent: [UInt8] = []
    /// What the peer said.
    package internal(set) var received: [UInt8] = []
    /// The order of both.
    package internal(set) var segments: [SegmentRecord] = []
    /// Set where something could not be read.
    package internal(set) var failure: Failure?

    /// True where the plain exchange is whole.
    package var isDecrypted: Bool { isEstablished && failure == nil }

    /// The version in words.
    package var versionName: String? {
        switch version {
        case nil: nil
        case ProtocolVersion.tls13: "TLS 1.3"
        case ProtocolVersion.tls12: "TLS 1.2"
        case 0x0302: "TLS 1.1"
        case 0x0301: "TLS 1.0"
        case let other?: "0x" + String(other, radix: 16)
        }
    }

    /// The cipher suite's name, or its number where it is not known.
    package var suiteName: String? { suite.map { CipherSuite($0)?.name ?? "0x" + String($0, radix: 16) } }

    mutating func append(_ bytes: [UInt8], _ direction: SegmentRecord.Direction, at time: Int64) {
        if bytes.isEmpty { return }
        if direction == .sent { sent += bytes } else { received += bytes }
        if let last = segments.last, last.direction == direction, last.ending == nil {
            segments[segments.count - 1].sizeInBytes += bytes.count
        } else {
            segments.append(SegmentRecord(direction: direction, time: time, sizeInBytes: bytes.count))
        }
    }

    mutating func end(_ direction: SegmentRecord.Direction, _ ending: SegmentRecord.Ending, at time: Int64) {
        guard !segments.contains(where: { $0.direction == direction && $0.ending != nil }) else { return }
        segments.append(SegmentRecord(direction: direction, time: time, sizeInBytes: 0, ending: ending))
    }
}

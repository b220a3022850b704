/// The client's first message, as far as a server or a reader needs it (RFC 8446 section 4.1.2).
package struct ClientHello: Hashable, Sendable {
    /// A public key for a key exchange, sent in advance.
    struct KeyShare: Hashable, Sendable {
        var group: Int
        var key: [UInt8]
    }

    let random: [UInt8]
    let sessionID: [UInt8]
    let suites: [Int]
    /// Versions that the client takes, of the extension or of the field that older ones have.
    private(set) var versions: [Int]
    /// The name it wants to talk to; nil where it gives none.
    package private(set) var serverName: String?
    /// What it would speak inside (ALPN).
    package private(set) var applicationProtocols: [[UInt8]] = []
    private(set) var groups: [Int] = []
    private(set) var signatures: [Int] = []
    private(set) var keyShares: [KeyShare] = []
    private(set) var hasExtendedMasterSecret = false
    private(set) var hasRenegotiationInfo = false
    private(set) var hasPointFormats = false

    /// Reads the body of a message; nil where it is damaged.
    init?(_ body: [UInt8]) {
        var reader = ByteReader(body[...])
        guard let version = reader.number(2), let random = reader.take(32), let sessionID = reader.vector(1),
            sessionID.count <= 32, let suites = reader.vector(2), reader.vector(1) != nil
        else { return nil }
        self.random = Array(random)
        self.sessionID = Array(sessionID)
        self.suites = Self.numbers(suites)
        versions = [version]
        hasRenegotiationInfo = self.suites.contains(0x00FF)
        guard !reader.isEmpty else { return }
        guard let extensions = reader.vector(2) else { return nil }
        var list = ByteReader(extensions)
        while let type = list.number(2) {
            guard let content = list.vector(2) else { return nil }
            read(type, content)
        }
    }

    /// Reads one extension; a damaged one is as if it were not there.
    private mutating func read(_ type: Int, _ content: ArraySlice<UInt8>) {
        var reader = ByteReader(content)
        switch type {
        case 0: readServerName(&reader)
        case 10: groups = reader.vector(2).map(Self.numbers) ?? []
        case 11: hasPointFormats = true
        case 13: signatures = reader.vector(2).map(Self.numbers) ?? []
        case 16:
            var list = ByteReader(reader.vector(2) ?? [])
            while let name = list.vector(1) { applicationProtocols.append(Array(name)) }
        case 23: hasExtendedMasterSecret = true
        case 43: versions = reader.vector(1).map(Self.numbers) ?? versions
        case 51:
            var list = ByteReader(reader.vector(2) ?? [])
            while let group = list.number(2), let key = list.vector(2) {
                keyShares.append(KeyShare(group: group, key: Array(key)))
            }
        case 0xFF01: hasRenegotiationInfo = true
        default: break
        }
    }

    private mutating func readServerName(_ reader: inout ByteReader) {
        var list = ByteReader(reader.vector(2) ?? [])
        while let type = list.number(1), let name = list.vector(2) {
            let isPlain = name.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            if type == 0, isPlain, name.count < 256 { serverName = String(decoding: name, as: UTF8.self) }
        }
    }

    private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
        var reader = ByteReader(bytes)
        var numbers: [Int] = []
        while let number = reader.number(2) { numbers.append(number) }
        return numbers
    }
}

package import AmberModel

/// Tells which files are never stored: their place in a bundle is kept and labelled, their content is not read.
package struct SecretPaths: Sendable {
    private let globs: GlobSet

    /// Collects the paths from all recipes.
    package init(recipes: [Recipe]) { globs = GlobSet(recipes.flatMap(\.secretPaths)) }

    /// Tells whether a file holds secrets by its absolute path; costs about a microsecond.
    package func isSecret(_ path: ByteString) -> Bool { globs.matches(path.bytes) }

    /// Tells whether a file that begins with these bytes is a private key; give it the first 4 KiB.
    ///
    /// PEM of every kind (PKCS #1, PKCS #8, SEC 1, OpenSSH, encrypted ones too), PGP private key blocks, PuTTY keys,
    /// age identities. Public keys and certificates are not private keys.
    ///
    /// Source: RFC 7468 sections 10 and 11, RFC 9580 section 6.2.1, the PROTOCOL.key file of OpenSSH.
    package static func looksLikePrivateKey(_ head: [UInt8]) -> Bool {
        let bytes = head.count > 4096 ? Array(head.prefix(4096)) : head
        if bytes.starts(with: "PuTTY-User-Key-File-".utf8) { return true }
        // Most files are none, and all are asked: the lines are only read where a marker may be.
        guard holdsFiveHyphens(bytes.span) || ageKey.place(in: bytes.span) != nil else {
            return false
        }
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
            let line = bytes[start..<end].drop { $0 == 0x20 || $0 == 0x09 }
            if line.starts(with: "AGE-SECRET-KEY-1".utf8) { return true }
            // Keys in JSON (service accounts) stand in the middle of a line.
            if let marker = firstRange(of: "-----BEGIN ", in: line) {
                let label = line[marker.upperBound...].prefix { $0 != UInt8(ascii: "-") }
                if firstRange(of: "PRIVATE KEY", in: label) != nil { return true }
            }
            start = end + 1
        }
        return false
    }

    private static let ageKey = ByteSearch(Array("AGE-SECRET-KEY-1".utf8))

    /// Tells whether five hyphens stand in a row: one of them is then at every fifth place.
    private static func holdsFiveHyphens(_ bytes: Span<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        for place in stride(from: 4, to: bytes.count, by: 5) where bytes[place] == hyphen {
            var first = place
            while first > 0, bytes[first - 1] == hyphen { first -= 1 }
            var end = place
            while end < bytes.count, bytes[end] == hyphen { end += 1 }
            if end - first >= 5 { return true }
        }
        return false
    }

    private static func firstRange(of text: String, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - wanted.count)
        where bytes[start] == wanted[0] && bytes[start...].starts(with: wanted) {
            return start..<(start + wanted.count)
        }
        return nil
    }
}

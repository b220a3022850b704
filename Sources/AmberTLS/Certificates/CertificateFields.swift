/// What a certificate made in place of a recorded one takes over from that (RFC 5280 section 4.1).
struct CertificateFields {
    /// The subject's name, whole.
    let subject: [UInt8]
    /// The names and addresses that it is for, each whole; none where there is no such extension.
    let alternativeNames: [[UInt8]]
    /// The key is one of an elliptic curve.
    let isElliptic: Bool

    /// Reads a certificate; nil where it is damaged.
    init?(_ certificate: [UInt8]) {
        var bytes = certificate[...]
        guard let outer = DER.next(&bytes), outer.tag == 0x30,
            let signed = DER.elements(outer.content).first, signed.tag == 0x30
        else { return nil }
        var fields = DER.elements(signed.content)
        if fields.first?.tag == 0xA0 { fields.removeFirst() }  // the version
        // serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
        guard fields.count >= 6, fields[4].tag == 0x30, fields[5].tag == 0x30 else { return nil }
        subject = Array(fields[4].whole)
        let algorithm = DER.elements(fields[5].content).first.map { DER.elements($0.content) } ?? []
        isElliptic = algorithm.first.map { $0.whole.elementsEqual(ObjectIdentifier.ellipticKey) } ?? false
        let list = fields.last { $0.tag == 0xA3 }.flatMap { DER.elements($0.content).first }
        alternativeNames = Self.alternativeNames(list.map { DER.elements($0.content) } ?? [])
    }

    private static func alternativeNames(_ extensions: [DER.Element]) -> [[UInt8]] {
        for entry in extensions {
            let parts = DER.elements(entry.content)
            guard let name = parts.first, name.whole.elementsEqual(ObjectIdentifier.alternativeName),
                let value = parts.last, value.tag == 0x04,
                let names = DER.elements(value.content).first
            else { continue }
            return DER.elements(names.content).map { Array($0.whole) }
        }
        return []
    }
}

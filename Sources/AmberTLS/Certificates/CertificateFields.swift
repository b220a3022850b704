/// What a certificate made in place of a recorded one takes over from that (RFC 5280 section 4.1); parts are whole.
struct CertificateFields {
    /// Version, where it has one, and serial number.
    let beginning: [UInt8]
    let issuer: [UInt8]
    let validity: [UInt8]
    let subject: [UInt8]
    let extensions: [[UInt8]]
    /// The names and addresses that it is for; none where there is no such extension.
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
        var beginning: [UInt8] = []
        if fields.first?.tag == 0xA0 { beginning += fields.removeFirst().whole }
        // serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
        guard fields.count >= 6, fields[0].tag == 0x02, fields[2...5].allSatisfy({ $0.tag == 0x30 }) else {
            return nil
        }
        self.beginning = beginning + fields[0].whole
        issuer = Array(fields[2].whole)
        validity = Array(fields[3].whole)
        subject = Array(fields[4].whole)
        let algorithm = DER.elements(fields[5].content).first.map { DER.elements($0.content) } ?? []
        isElliptic = algorithm.first.map { $0.whole.elementsEqual(ObjectIdentifier.ellipticKey) } ?? false
        let list = fields.last { $0.tag == 0xA3 }.flatMap { DER.elements($0.content).first }
        let extensions = list.map { DER.elements($0.content) } ?? []
        self.extensions = extensions.map { Array($0.whole) }
        alternativeNames = Self.alternativeNames(extensions)
    }

    /// The subject of a certificate; nil where it is damaged.
    static func subject(of certificate: [UInt8]) -> [UInt8]? { CertificateFields(certificate)?.subject }

    /// The extensions but for one kind.
    func extensions(without identifier: [UInt8]) -> [[UInt8]] {
        extensions.filter { entry in
            var bytes = entry[...]
            let parts = DER.next(&bytes).map { DER.elements($0.content) } ?? []
            return !(parts.first?.whole.elementsEqual(identifier) ?? false)
        }
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

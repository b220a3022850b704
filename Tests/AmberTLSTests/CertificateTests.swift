import AmberModel
import Testing

@testable import AmberTLS

struct CertificateTests {
    @Test func `a certificate takes over the names of the recorded one`() throws {
        let recorded = try #require(try RecordedSession("tls12-rsa-aes128").decode().certificates.first)
        let fields = try #require(CertificateFields(recorded))
        let made = try BundleAuthority().credential(
            serverName: "other", address: [10, 0, 0, 1], recorded: recorded)
        let copy = try #require(CertificateFields(made.chain[0]))
        #expect(copy.subject == fields.subject)
        #expect(!fields.alternativeNames.isEmpty)
        #expect(copy.alternativeNames == fields.alternativeNames)
    }

    @Test func `without a recorded one it is for the name and the address`() throws {
        let made = try BundleAuthority().credential(serverName: "api", address: [10, 0, 0, 1], recorded: nil)
        let fields = try #require(CertificateFields(made.chain[0]))
        #expect(fields.alternativeNames == [[0x82, 3] + Array("api".utf8), [0x87, 4, 10, 0, 0, 1]])
    }

    @Test func `a likeness has the recorded names, and an issuer that the program did not know`() throws {
        let chain = try RecordedSession("tls12-rsa-aes128").decode().certificates
        let fields = try #require(CertificateFields(chain[0]))
        let authority = try BundleAuthority()
        let unknown = try #require(authority.likeness(of: chain, trusted: []))
        #expect(CertificateFields(unknown.chain[0])?.issuer == fields.issuer)
        let known = try #require(authority.likeness(of: chain, trusted: [fields.issuer]))
        #expect(CertificateFields(known.chain[0])?.issuer == BundleAuthority.subject)
        #expect(CertificateFields(known.chain[0])?.validity == fields.validity)
    }

    /// What `openssl x509 -subject_hash` prints for that subject.
    @Test func `the authority is found under the name that OpenSSL gives it`() throws {
        #expect(try BundleAuthority().directoryHash == "bd743293")
    }

    @Test func `damaged certificates are read as none, or as something`() throws {
        let recorded = try #require(try RecordedSession("tls12-rsa-aes128").decode().certificates.first)
        for place in recorded.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = recorded
                damaged[place] ^= change
                _ = CertificateFields(damaged)
                _ = CertificateFields(Array(recorded.prefix(place)))
            }
        }
    }

    @Test func `text and bytes of a certificate are the same`() throws {
        let authority = try BundleAuthority()
        #expect(PEM.decode(authority.text) == [authority.certificate])
        #expect(PEM.isStore(authority.text))
    }

    @Test(arguments: [
        "CA = '''\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'''\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "", "\n\n",
    ]) func `a file that holds more than certificates is no store`(_ text: String) {
        #expect(!PEM.isStore(Array(text.utf8)))
    }

    @Test func `a log of secrets may hold anything`() {
        let random = String(repeating: "ab", count: 32)
        let log = KeyLog(
            Array(
                "# comment\nCLIENT_RANDOM \(random) 0102\r\nCLIENT_RANDOM x y\nOTHER \(random) 00\n\u{FF}\n"
                    .utf8))
        #expect(log.secret(.master, [UInt8](repeating: 0xAB, count: 32)) == [1, 2])
        #expect(KeyLog([0xFF, 0x00, 0x0A, 0x20]).isEmpty)
    }
}

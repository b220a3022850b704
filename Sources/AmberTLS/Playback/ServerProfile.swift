/// How a recorded session was set up, so that a new one can be as much like it as the client allows.
package struct ServerProfile: Sendable {
    /// The version that was chosen.
    let version: Int?
    /// The suite that was chosen.
    let suite: Int?
    /// What was spoken inside; nil where the server did not say.
    let applicationProtocol: [UInt8]?
    let credential: ServerCredential
    /// The alert with which the server refuses the client; nil where it takes it.
    let refusal: Int?

    /// Makes a profile; names are those that a decoded session gives, unknown ones leave the choice open.
    package init(
        versionName: String?, suiteName: String?, applicationProtocol: String?, credential: ServerCredential,
        refusal: Int? = nil
    ) {
        self.refusal = refusal
        version =
            switch versionName {
            case "TLS 1.3": ProtocolVersion.tls13
            case "TLS 1.2": ProtocolVersion.tls12
            default: nil
            }
        suite = CipherSuite.all.first { $0.name == suiteName }?.code
        self.applicationProtocol = applicationProtocol.map { Array($0.utf8) }
        self.credential = credential
    }

    /// The version, the suite and the way to exchange keys; nil where the client takes nothing that is here.
    func choose(for hello: ClientHello) -> (version: Int, suite: CipherSuite)? {
        let all = [ProtocolVersion.tls13, ProtocolVersion.tls12]
        let versions = ([version].compactMap { $0 } + all).filter(hello.versions.contains)
        for version in versions
        where credential.fits(hello, isModern: version == ProtocolVersion.tls13) {
            let suites = CipherSuite.all.filter { suite in
                guard suite.isEphemeral, hello.suites.contains(suite.code) else { return false }
                guard suite.isModern == (version == ProtocolVersion.tls13) else { return false }
                return suite.signer == .any || suite.signer == credential.signer
            }
            if let chosen = suites.first(where: { $0.code == suite }) ?? likest(suites) ?? suites.first {
                return (version, chosen)
            }
        }
        return nil
    }

    /// The suite that differs from the recorded one in nothing but the kind of certificate.
    private func likest(_ suites: [CipherSuite]) -> CipherSuite? {
        guard let recorded = suite.flatMap({ CipherSuite($0) }) else { return nil }
        return suites.first { $0.cipher == recorded.cipher && $0.keyLength == recorded.keyLength }
    }

    /// What is spoken inside, where the client asked for it too.
    func applicationProtocol(for hello: ClientHello) -> [UInt8]? {
        applicationProtocol.flatMap { hello.applicationProtocols.contains($0) ? $0 : nil }
    }
}

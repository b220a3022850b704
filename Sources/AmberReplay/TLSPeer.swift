import AmberModel
import AmberTLS
import AmberWire

/// A recorded peer's end of one TLS session, with a certificate of the replay's own authority.
final class TLSPeer: PeerCipher {
    private var server = TLSServer()
    private let authority: ReplayAuthority
    private let network: RecordedNetwork
    /// The alert with which the peer ended the recorded session, where it did not close it.
    private var lastAlert: Int?

    init(_ authority: ReplayAuthority, _ network: RecordedNetwork) {
        self.authority = authority
        self.network = network
    }

    func receive(_ bytes: [UInt8]) -> [PeerCipherEvent] { server.receive(bytes).map(Self.event) }

    func accept(_ conversation: ConversationRecord, _ serverName: String?) -> [PeerCipherEvent] {
        guard let tls = conversation.tls, let credential = credential(conversation, tls, serverName) else {
            return [.failed("no certificate can be made for it")]
        }
        lastAlert = tls.isDecrypted ? tls.receivedAlert : nil
        var chosen = profile(tls, credential)
        if !server.suits(chosen), tls.version != nil,
            let other = certificate(conversation, serverName, isRSA: true)
        {
            chosen = profile(tls, other)
        }
        return server.accept(chosen).map(Self.event)
    }

    private func profile(_ tls: TLSRecord, _ credential: ServerCredential) -> ServerProfile {
        ServerProfile(
            versionName: tls.version, suiteName: tls.cipherSuite,
            applicationProtocol: tls.applicationProtocol, credential: credential,
            // The alert after which a program went away was about that.
            refusal: tls.isDecrypted || tls.isAbandoned == true ? nil : tls.receivedAlert)
    }

    func send(_ bytes: [UInt8]) { server.send(bytes) }

    func end() { server.end() }

    func cut() { if let lastAlert { server.refuse(alert: lastAlert) } }

    func takeOutput() -> [UInt8] { server.takeOutput() }

    /// What the program refused in production it must see again, as it was; else what its trust stores vouch for now.
    private func credential(
        _ conversation: ConversationRecord, _ tls: TLSRecord, _ serverName: String?
    ) -> ServerCredential? {
        let recorded = network.certificates(conversation)
        if !tls.isDecrypted, tls.sentAlert != nil, let credential = ServerCredential(recorded: recorded) {
            return credential
        }
        if !tls.isDecrypted, tls.isAbandoned == true, let likeness = authority.likeness(of: recorded) {
            return likeness
        }
        return certificate(conversation, serverName, isRSA: false)
    }

    private func certificate(
        _ conversation: ConversationRecord, _ serverName: String?, isRSA: Bool
    ) -> ServerCredential? {
        try? authority.authority.credential(
            serverName: serverName, address: Self.address(conversation),
            recorded: network.certificates(conversation).first, isRSA: isRSA)
    }

    /// The peer's IP address as a certificate has it; nil for other peers.
    private static func address(_ conversation: ConversationRecord) -> [UInt8]? {
        guard let bytes = SocketAddress.kernelForm(of: conversation.peer) else { return nil }
        switch bytes.first {
        case 2 where bytes.count >= 8: return Array(bytes[4..<8])
        case 10 where bytes.count >= 24: return Array(bytes[8..<24])
        default: return nil
        }
    }

    private static func event(_ event: TLSServer.Event) -> PeerCipherEvent {
        switch event {
        case .hello(let hello): .hello(serverName: hello.serverName)
        case .established: .established
        case .received(let bytes): .received(bytes)
        case .ended: .ended
        case .refused: .refused
        case .failed(let failure): .failed(failure.rawValue)
        }
    }
}

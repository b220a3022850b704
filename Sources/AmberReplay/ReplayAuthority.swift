import AmberModel
import AmberTLS
import Synchronization

/// The certificate authority of one replay, and where the replayed program learns of it.
final class ReplayAuthority: Sendable {
    let authority: BundleAuthority
    private let stores: TrustStores
    private let layer: ChangeLayer
    /// Whom the program trusted in production; read when it is asked for.
    private let trusted = Mutex<Set<[UInt8]>?>(nil)

    /// Where Node finds the authority: its own store is part of its executable.
    private static let nodeFile = "/.amber-authority.pem"
    private static let nodeVariable = "NODE_EXTRA_CA_CERTS="

    init(stores: TrustStores, layer: ChangeLayer) throws {
        authority = try BundleAuthority()
        self.stores = stores
        self.layer = layer
    }

    /// Has the run's files of trusted certificates vouch for the authority, in the layer above the bundle's.
    func install() throws {
        _ = trustedSubjects()  // before the authority is one of them
        try stores.add(authority, to: layer)
        if stores.hasNode { try layer.put(authority.text, at: Array(Self.nodeFile.utf8)) }
    }

    /// What the environment needs, so that Node knows it too; nothing where production gave it a file already.
    func environment(beside recorded: [ByteString]) -> [ByteString] {
        guard stores.hasNode, !recorded.contains(where: { $0.bytes.starts(with: Self.nodeVariable.utf8) })
        else { return [] }
        return [ByteString(Self.nodeVariable + Self.nodeFile)]
    }

    /// Certificates like those that the program went away from.
    func likeness(of chain: [[UInt8]]) -> ServerCredential? {
        authority.likeness(of: chain, trusted: trustedSubjects())
    }

    private func trustedSubjects() -> Set<[UInt8]> {
        trusted.withLock { trusted in
            if let trusted { return trusted }
            let subjects = stores.subjects(in: layer)
            trusted = subjects
            return subjects
        }
    }
}

import AmberKernel
import AmberModel
import AmberSupervisor
import AmberWire
import Synchronization

/// Answers a replay's connections out of the recording; every other call goes on to the handler behind it.
final class PlaybackHandler: CallHandler {
    private let player: Player
    private let next: ReplayHandler
    private let network: ReplayConfiguration.Network
    /// Peers that production talked to.
    private let peers: Set<String>
    private let servers = Mutex(OwnServers())
    private let refused = Mutex<[String]>([])

    init(
        _ conversations: RecordedNetwork, authority: ReplayAuthority?,
        network: ReplayConfiguration.Network, live: [String], next: ReplayHandler
    ) throws(SyscallError) {
        peers = conversations.peers
        player = try Player(live: live.compactMap { SocketAddress.kernelForm(of: ByteString($0)) }) {
            conversations.library(authority)
        }
        self.network = network
        self.next = next
    }

    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        switch call.shape.action {
        case .bind: servers.withLock { $0.note(call) }
        case .exit: servers.withLock { $0.forget(call.processID) }
        case .connect, .send:
            if let decision = decidePeer(call, slot, answerer) { return decision }
        default: break
        }
        return next.decide(call, slot: slot, answerer: answerer)
    }

    /// What the playback has to say to the verdict.
    func finish() -> [PlaybackNote] {
        player.finish()
            + refused.withLock { $0 }.map {
                PlaybackNote.notRecorded(peer: $0, reason: "the replay was told to have no network")
            }
    }

    /// What becomes of a connection; nil where it is the program's own business.
    private func decidePeer(_ call: ObservedCall, _ slot: Int, _ answerer: Answerer) -> CallDecision? {
        // Every address is the sandbox's own: a peer of the recording is none of the run's servers.
        guard call.isReadable, let peer = SocketAddress(call.address),
            !servers.withLock({ servers in
                servers.own(peerOf: call) { _ in !peers.contains(peer.text.description) }
            })
        else { return nil }
        switch peer {
        case .internet(_, 0, _): return nil  // glibc asks for a route so (getaddrinfo(3)); nothing is sent.
        case .internet: break
        case .file, .abstract:
            // Where production never was, the sandbox has no socket either.
            guard peers.contains(peer.text.description) else { return nil }
        }
        next.note(call)
        guard network == .playback else {
            refused.withLock { if !$0.contains(peer.description) { $0.append(peer.description) } }
            return .fail(Errno.connectionRefused)
        }
        player.connect(
            RelayRequest(
                threadID: call.threadID, processID: call.processID, socket: call.socket,
                address: call.address, payload: call.shape.action == .send ? call.payload : nil,
                time: call.time, held: answerer.hold(slot)))
        return .held
    }
}

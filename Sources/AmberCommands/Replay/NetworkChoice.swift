import AmberModel
import AmberReplay
import ArgumentParser

/// What `--network` takes: a way of seeing the network, or a peer that may be reached for real.
enum NetworkChoice: ExpressibleByArgument, Hashable {
    case seen(ReplayConfiguration.Network)
    case live(String)

    /// Reads one; a host's name is refused, because the recording knows addresses only.
    init?(argument: String) {
        if let network = ReplayConfiguration.Network(rawValue: argument) {
            self = .seen(network)
        } else if argument.hasPrefix("live="),
            SocketAddress.kernelForm(of: ByteString(String(argument.dropFirst(5)))) != nil,
            !argument.hasPrefix("live=unix:")
        {
            self = .live(String(argument.dropFirst(5)))
        } else {
            return nil
        }
    }

    func apply(to configuration: inout ReplayConfiguration) {
        switch self {
        case .seen(let network): configuration.network = network
        case .live(let peer): configuration.livePeers.append(peer)
        }
    }
}

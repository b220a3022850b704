import AmberKernel

/// The relayed datagram sockets, by what they are looked up with.
struct DatagramTable {
    private var byToken: [UInt64: DatagramRelay] = [:]
    private var byPeer: [UInt64: [[UInt8]: UInt64]] = [:]
    private var connections: [UInt64: UInt64] = [:]
    private var byPort: [UInt16: UInt64] = [:]

    /// Tells whether a program's socket has a relay.
    func hasRelay(_ cookie: UInt64) -> Bool { byPeer[cookie] != nil }

    var all: [DatagramRelay] { Array(byToken.values) }

    subscript(token: UInt64) -> DatagramRelay? { byToken[token] }

    func relay(_ cookie: UInt64, to peer: [UInt8]) -> DatagramRelay? {
        byPeer[cookie]?[peer].flatMap { byToken[$0] }
    }

    /// The peer whose datagrams come from this near port.
    func peer(ofPort port: UInt16) -> [UInt8]? { byPort[port].flatMap { byToken[$0]?.peer } }

    mutating func add(_ relay: DatagramRelay, port: UInt16, _ isConnection: Bool) {
        byToken[relay.token] = relay
        byPeer[relay.caller.cookie, default: [:]][relay.peer] = relay.token
        byPort[port] = relay.token
        if isConnection { connections[relay.caller.cookie] = relay.token }
    }

    /// The relay of a socket's connection is its no more.
    mutating func forgetConnection(_ cookie: UInt64) {
        guard let token = connections.removeValue(forKey: cookie), let relay = byToken[token] else { return }
        byPeer[cookie]?[relay.peer] = nil
    }

    mutating func remove(_ relay: DatagramRelay) {
        byToken[relay.token] = nil
        if byPeer[relay.caller.cookie]?[relay.peer] == relay.token {
            byPeer[relay.caller.cookie]?[relay.peer] = nil
        }
        if byPeer[relay.caller.cookie]?.isEmpty ?? false { byPeer[relay.caller.cookie] = nil }
        if connections[relay.caller.cookie] == relay.token { connections[relay.caller.cookie] = nil }
        byPort = byPort.filter { $0.value != relay.token }
    }
}

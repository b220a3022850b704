import Synchronization

/// The names that relayed sockets would have without the relay, by their cookies; asked from other threads.
package final class SocketNames: Sendable {
    /// Addresses in the kernel's form.
    package struct Names: Hashable, Sendable {
        package var peer: [UInt8]
        package var local: [UInt8]
    }

    private struct State {
        var names: [UInt64: Names] = [:]
        /// In the order in which they came: the oldest goes first.
        var order: [UInt64] = []
        var first = 0
        /// Cookies of sockets whose datagrams are relayed.
        var datagrams: Set<UInt64> = []
    }

    private static let limit = 100_000
    private let state = Mutex(State())

    /// True where no socket was ever relayed.
    package var isEmpty: Bool { state.withLock { $0.names.isEmpty } }

    /// The names of a socket that is relayed.
    package func names(of cookie: UInt64) -> Names? { state.withLock { $0.names[cookie] } }

    func set(_ names: Names, for cookie: UInt64) {
        state.withLock { state in
            if state.names.updateValue(names, forKey: cookie) == nil { state.order.append(cookie) }
            guard state.names.count > Self.limit else { return }
            state.names[state.order[state.first]] = nil
            state.first += 1
            if state.first > Self.limit {
                state.order.removeFirst(state.first)
                state.first = 0
            }
        }
    }

    /// True where no datagrams were ever relayed.
    package var hasNoDatagrams: Bool { state.withLock { $0.datagrams.isEmpty } }

    /// Tells whether a socket's datagrams are relayed: its receives must name the real sender.
    package func relaysDatagrams(_ cookie: UInt64) -> Bool {
        state.withLock { $0.datagrams.contains(cookie) }
    }

    func noteDatagrams(_ cookie: UInt64) { state.withLock { _ = $0.datagrams.insert(cookie) } }

    func contains(_ cookie: UInt64) -> Bool { names(of: cookie) != nil }
}

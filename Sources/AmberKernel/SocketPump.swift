/// A child that copies between pairs of sockets for as long as anybody uses them.
package enum SocketPump {
    /// Starts a pump for pairs of connected sockets, which it inherits; nothing happens for none.
    ///
    /// It has a session of its own and outlives this process.
    package static func start(_ pairs: [(Int32, Int32)]) {
        guard !pairs.isEmpty else { return }
        _ = try? SpawnedChild(steps: [.pump(pairs.flatMap { [$0.0, $0.1] })])
    }
}

import NIOCore

/// `struct linger` of socket(7).
enum LingerOption {
    private struct Value: Sendable {
        var isOn: Int32
        var seconds: Int32
    }

    /// Has the next close reset the connection, so that the other side never takes half a message for a whole one.
    static func reset(on channel: any Channel) {
        guard let provider = channel as? any SocketOptionProvider else { return }
        provider.unsafeSetSocketOption(
            level: .socket, name: .so_linger, value: Value(isOn: 1, seconds: 0)
        ).whenComplete { _ in }
    }
}

import NIOCore

/// Tells how a service ended a connection on which a request was on its way.
enum UpstreamEnd {
    /// The beginning of `struct tcp_info` (linux/tcp.h), up to what was not acknowledged.
    private struct Info: Sendable {
        var state: UInt8 = 0
        var flags: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0, 0, 0)
        var times: (UInt32, UInt32) = (0, 0)
        var sizes: (UInt32, UInt32) = (0, 0)
        var unacknowledged: UInt32 = 0
    }

    /// TCP_CLOSE_WAIT (linux/tcp_states.h): the other side has ended, and did not reset.
    private static let closeWait: UInt8 = 8

    /// True where the service had read what was sent: a kernel that gets bytes for a socket that is closed, or is
    /// closed with bytes unread, resets the connection (Linux, tcp_close).
    ///
    /// To be asked on the channel's event loop.
    static func hasRead(_ channel: any Channel) -> Bool {
        guard let provider = channel as? any SocketOptionProvider else { return true }
        var info: Info?
        let answer: EventLoopFuture<Info> = provider.unsafeGetSocketOption(level: .tcp, name: .tcp_info)
        // On its own event loop the answer is there already, and the closure runs before this returns.
        answer.assumeIsolated().whenSuccess { info = $0 }
        guard let info else { return true }
        return info.state == closeWait && info.unacknowledged == 0
    }
}

import AmberKernel
import NIOCore
import ServiceLifecycle

/// The parts of `amber serve` that live together, ended in reverse order: first the proxy, so that no request comes any
/// more and the open ones end; then the service; then the sealer, so that what failed last is kept; metrics at the end.
enum Lifecycle {
    /// The page with the numbers.
    struct Metrics: Service {
        let channel: (any Channel)?

        func run() async throws {
            try? await gracefulShutdown()
            try? await channel?.close()
        }
    }

    /// The thread that seals.
    struct Sealing: Service {
        let sealer: Sealer

        func run() async throws {
            try? await gracefulShutdown()
            await OwnThread.run("amber-finish") { sealer.finish() }
        }
    }

    /// The service itself.
    struct Process: Service {
        let session: ServeSession

        func run() async throws {
            await withGracefulShutdownHandler {
                await session.ended.wait()
            } onGracefulShutdown: {
                session.endService()
            }
        }
    }

    /// The proxy.
    struct Proxy: Service {
        let server: any Channel
        let context: ProxyContext
        let grace: Duration

        func run() async throws {
            try? await gracefulShutdown()
            try? await server.close()
            context.drain()
            let deadline = ContinuousClock.now + grace
            while context.busyCount > 0, ContinuousClock.now < deadline {
                try? await Task.sleep(for: .milliseconds(20))
            }
            context.closeAll()
        }
    }
}

/// Runs what blocks on a thread of its own, and waits for it without blocking.
enum OwnThread {
    static func run(_ name: String, _ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            let work: @Sendable () -> Void = {
                body()
                continuation.resume()
            }
            do { try DetachedThread.start(named: name, work) } catch { work() }
        }
    }
}

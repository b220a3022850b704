import AmberHTTP
import AmberKernel

/// Waits until a service listens, and answers its health path where there is one.
struct Readiness {
    enum End {
        case ready(UpstreamPlace)
        case gone
        case late
    }

    let address: ServiceAddress
    let places: [UpstreamPlace]
    let healthPath: String?
    let deadline: Duration?

    private static let warning: Int64 = 30_000_000_000

    /// Looks until it is ready; `isGone` says that there is nothing to wait for any more.
    func wait(warn: (String) -> Void, isGone: () -> Bool) -> End {
        let began = Clock.monotonic()
        let limit = deadline?.nanoseconds
        var warnedAt = began
        while !isGone() {
            if let place = places.first(where: isReady) { return .ready(place) }
            let now = Clock.monotonic()
            if let limit, now - began > limit { return .late }
            if now - warnedAt > Self.warning {
                warnedAt = now
                warn(
                    "the service does not \(healthPath.map { "answer \($0)" } ?? "listen") on \(address) after \((now - began) / 1_000_000_000) s"
                )
            }
            _ = Poll.sleep(milliseconds: 10)
        }
        return .gone
    }

    private func isReady(_ place: UpstreamPlace) -> Bool {
        guard let socket = connect(place) else { return false }
        guard let healthPath else { return true }
        let request = "GET \(healthPath) HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n"
        guard (try? Files.writeAll(socket.number, Array(request.utf8))) != nil else { return false }
        var answer: [UInt8] = []
        while answer.count < 65536 {
            var items = [Poll.Item(socket.number)]
            guard Poll.wait(&items, milliseconds: 5000) > 0,
                let bytes = try? Files.readSome(socket.number, limit: 4096), !bytes.isEmpty
            else { break }
            answer += bytes
            if let message = try? HTTPMessage(response: answer) {
                return (200..<300).contains(message.status)
            }
        }
        return false
    }

    private func connect(_ place: UpstreamPlace) -> OwnedDescriptor? {
        guard let socket = try? Sockets.make(domain: Int32(place.kernelForm[0]), type: Sockets.stream),
            Sockets.connect(socket.number, to: place.kernelForm) == 0
        else { return nil }
        return socket
    }
}

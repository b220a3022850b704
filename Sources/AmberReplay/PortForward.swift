import AmberKernel

/// A port of this machine's loopback that leads to an address of a sandbox's.
///
/// Only 127.0.0.1 is listened on: what a debugger may do to a program is for this machine's user alone.
final class PortForward: Sendable {
    /// The port out here.
    let port: UInt16
    private let stop: EventCounter
    private let thread: KernelThread

    /// The two ends of one connection; closed when nothing is copied any more.
    private final class Connection: Sendable {
        let outside: Int32
        let inside: OwnedDescriptor

        init(outside: Int32, inside: consuming OwnedDescriptor) {
            self.outside = outside
            self.inside = inside
        }

        deinit { Sockets.close(outside) }
    }

    /// Listens.
    ///
    /// - Parameters:
    ///   - wanted: The port; where it is taken, any other serves, unless `isFixed`.
    ///   - isFixed: The caller was promised this port.
    ///   - inside: The address inside.
    ///   - door: Where sockets of the sandbox come from.
    /// - Throws: `ReplayError` where a fixed port is taken; `SyscallError`.
    init(from wanted: UInt16, isFixed: Bool, to inside: [UInt8], through door: SocketDoor) throws {
        let listener = try Sockets.make(
            domain: Sockets.internet, type: Sockets.stream | Sockets.nonBlocking)
        // SO_REUSEADDR: a session that has just ended must not hold the port (socket(7)).
        Sockets.setOption(listener.number, level: 1, name: 2, to: 1)
        do throws(SyscallError) {
            try Sockets.bind(listener.number, to: Sockets.loopback(port: wanted))
        } catch {
            guard !isFixed else {
                throw ReplayError(
                    .debugger, "port \(wanted) of 127.0.0.1 cannot be had: \(Errno.text(of: error.code))",
                    remedy: "Choose another, or 0 for any.")
            }
            try Sockets.bind(listener.number, to: Sockets.loopback(port: 0))
        }
        try Sockets.listen(listener.number, backlog: 64)
        port = Sockets.port(of: Sockets.localName(of: listener.number) ?? [])
        stop = try EventCounter()
        let stopNumber = stop.descriptor.number
        let number = listener.release()
        thread = try KernelThread("amber-port") {
            let listener = OwnedDescriptor(adopting: number)
            while true {
                var items = [Poll.Item(listener.number), Poll.Item(stopNumber)]
                _ = Poll.wait(&items)
                if items[1].isReady { return }
                guard items[0].isReady,
                    let outside = try? Sockets.accept(listener.number, nonBlocking: false)
                else { continue }
                Self.serve(outside.number, inside, door)
            }
        }
    }

    /// Listens no more; connections live as long as their ends.
    func end() {
        stop.signal()
        thread.join()
    }

    private static func serve(_ outside: Int32, _ address: [UInt8], _ door: SocketDoor) {
        guard let inside = try? door.socket(domain: Int32(address[0]), type: Sockets.stream),
            Sockets.connect(inside.number, to: address) == 0
        else { return Sockets.close(outside) }
        // TCP_NODELAY (tcp(7)): debuggers send small messages and wait for the answer.
        for number in [outside, inside.number] { Sockets.setOption(number, level: 6, name: 1, to: 1) }
        let connection = Connection(outside: outside, inside: inside)
        try? DetachedThread.start(named: "amber-port-in") {
            copy(from: connection.outside, to: connection.inside.number)
        }
        try? DetachedThread.start(named: "amber-port-out") {
            copy(from: connection.inside.number, to: connection.outside)
        }
    }

    /// Copies until one side ends, and passes that end on; each way on a thread of its own, so that one whose reader is
    /// slow does not hold the other up.
    private static func copy(from source: Int32, to target: Int32) {
        while let bytes = try? Files.readSome(source, limit: 1 << 16), !bytes.isEmpty,
            (try? Files.writeAll(target, bytes)) != nil
        {}
        Sockets.shutDown(target, 1)
    }
}

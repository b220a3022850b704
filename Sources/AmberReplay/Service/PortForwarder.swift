import AmberKernel
import AmberSandbox
import Synchronization

/// A port of this host's loopback that leads to the service in its sandbox.
final class PortForwarder: Sendable {
    private let listener: OwnedDescriptor
    private let door: SocketDoor
    private let target: [UInt8]
    private let stop: EventCounter
    private let thread = Mutex<KernelThread?>(nil)
    /// The port that clients use.
    let port: UInt16

    /// Most bytes moved at once.
    private static let piece = 1 << 16

    /// Listens; connections are made to `target` through the sandbox's door.
    init(door: SocketDoor, target: [UInt8]) throws(SyscallError) {
        self.door = door
        self.target = target
        stop = try EventCounter()
        listener = try Sockets.make(domain: Sockets.internet, type: Sockets.stream | Sockets.nonBlocking)
        try Sockets.bind(listener.number, to: Sockets.loopback(port: 0))
        try Sockets.listen(listener.number, backlog: 64)
        port = Sockets.port(of: Sockets.localName(of: listener.number) ?? [])
        let started = try KernelThread("amber-forward") { self.run() }
        thread.withLock { $0 = started }
    }

    /// Takes no further connection; open ones end with the service.
    func end() {
        stop.signal()
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    private func run() {
        while true {
            var items = [Poll.Item(listener.number), Poll.Item(stop.descriptor.number)]
            _ = Poll.wait(&items)
            if items[1].isReady { return }
            guard items[0].isReady, let (number, _) = try? Sockets.accept(listener.number, nonBlocking: false)
            else { continue }
            let client = OwnedDescriptor(adopting: number)
            guard let inside = try? door.socket(domain: Int32(target[0]), type: Sockets.stream),
                Sockets.connect(inside.number, to: target) == 0
            else { continue }
            let pair = Pair(client: client, inside: inside)
            try? DetachedThread.start(named: "amber-forward") { pair.run() }
        }
    }

    /// Two sockets between which bytes are moved, both ways, until both sides have ended.
    private final class Pair: Sendable {
        let client: OwnedDescriptor
        let inside: OwnedDescriptor

        init(client: consuming OwnedDescriptor, inside: consuming OwnedDescriptor) {
            self.client = client
            self.inside = inside
        }

        func run() {
            var isOpen = [true, true]
            let numbers = [client.number, inside.number]
            while isOpen[0] || isOpen[1] {
                var items = numbers.enumerated().map { Poll.Item(isOpen[$0] ? $1 : -1) }
                _ = Poll.wait(&items)
                for index in 0..<2 where items[index].isReady {
                    isOpen[index] = move(from: numbers[index], to: numbers[1 - index])
                }
            }
        }

        /// False at the end of one direction.
        private func move(from source: Int32, to target: Int32) -> Bool {
            guard let bytes = try? Files.readSome(source, limit: PortForwarder.piece), !bytes.isEmpty,
                (try? Files.writeAll(target, bytes)) != nil
            else {
                Sockets.shutDown(target, 1)
                return false
            }
            return true
        }
    }
}

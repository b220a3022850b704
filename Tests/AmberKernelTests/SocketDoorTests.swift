import AmberKernel
import AmberTestSupport
import Testing

struct SocketDoorTests {
    /// A child in user and network namespaces of its own that waits to be killed.
    private final class Namespaces {
        let child: SpawnedChild
        private let hold: OwnedDescriptor

        init() throws {
            let mapped = try Pipe()
            let ready = try Pipe()
            let (stay, hold) = try Pipe().takeBoth()
            self.hold = OwnedDescriptor(adopting: hold)
            child = try SpawnedChild(
                steps: [
                    .close(hold), .await(mapped.readEnd.number), .loopback, .localRoutes(hasVersion6: true),
                    .signal(ready.writeEnd.number), .await(stay),
                ], namespaces: 0x1000_0000 | 0x4000_0000)
            _ = OwnedDescriptor(adopting: stay)
            let proc = "/proc/\(child.processID)"
            try Self.write("deny", to: proc + "/setgroups")
            try Self.write("0 \(ThisProcess.groupID) 1", to: proc + "/gid_map")
            try Self.write("0 \(ThisProcess.userID) 1", to: proc + "/uid_map")
            try Files.writeAll(mapped.writeEnd.number, [1])
            _ = try Files.readSome(ready.readEnd.number, limit: 1)
        }

        deinit {
            // A child that nobody takes leave of keeps the monitor of exit tests from seeing any other.
            try? child.send(Signals.kill)
            var items = [Poll.Item(child.descriptor.number)]
            _ = Poll.wait(&items, milliseconds: 10_000)
            _ = child.nextState()
        }

        private static func write(_ text: String, to path: String) throws {
            let file = try Files.open(KernelPath(path), Files.Flag.writeOnly)
            try Files.writeAll(file.number, Array(text.utf8))
        }
    }

    @Test(.requires(.userNamespaces), .timeLimit(.minutes(1)))
    func `a socket from the door answers as any address, on any port, where the namespace is`() throws {
        let namespaces = try Namespaces()
        let door = try SocketDoor(into: namespaces.child.processID)
        let address: [UInt8] = [2, 0, 0x15, 0x38, 10, 0, 0, 5] + [UInt8](repeating: 0, count: 8)
        let server = try door.socket(domain: Sockets.internet, type: Sockets.stream)
        try Sockets.bind(server.number, to: address)
        try Sockets.listen(server.number)
        let client = try door.socket(domain: Sockets.internet, type: Sockets.stream)
        #expect(Sockets.connect(client.number, to: address) == 0)
        #expect(Sockets.peerName(of: client.number) == address)
        let (accepted, _) = try Sockets.accept(server.number)
        Sockets.close(accepted)
    }

    @Test(.requires(.userNamespaces), .timeLimit(.minutes(1)))
    func `a refused kind of socket is an error, and the door goes on`() throws {
        let namespaces = try Namespaces()
        let door = try SocketDoor(into: namespaces.child.processID)
        #expect(throws: SyscallError.self) { _ = try door.socket(domain: 255, type: Sockets.stream) }
        _ = try door.socket(domain: Sockets.unix, type: Sockets.stream)
    }
}

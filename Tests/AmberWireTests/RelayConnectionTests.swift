import AmberKernel
import AmberModel
import Glibc
import Testing

@testable import AmberWire

/// A relayed connection between sockets of this test's own.
@Suite struct RelayConnectionTests {
    /// Two connected stream sockets.
    private static func pair() throws -> (SharedDescriptor, SharedDescriptor) {
        var numbers: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Sockets.nonBlocking
        try #require(unsafe socketpair(AF_UNIX, type, 0, &numbers) == 0)
        return (
            SharedDescriptor(OwnedDescriptor(adopting: numbers[0])),
            SharedDescriptor(OwnedDescriptor(adopting: numbers[1]))
        )
    }

    private static func send(_ socket: SharedDescriptor, _ count: Int, descriptors: [Int32] = []) -> Int {
        let bytes = [UInt8](repeating: 7, count: count)
        return unsafe bytes.withUnsafeBytes {
            unsafe Sockets.sendMessage(socket.number, $0, descriptors: descriptors)
        }
    }

    @Test func `a descriptor waits for its receiver, and holds nobody else up`() throws {
        let (program, near) = try Self.pair()
        let (far, receiver) = try Self.pair()
        let queue = try EventQueue()
        var traffic = Traffic(
            spool: try TrafficSpool(directory: nil, limits: TrafficLimits()), limits: TrafficLimits())
        let relay = try RelayConnection(
            record: 0, token: 16, program: near, peer: far, transport: .unix, queue: queue)
        // Nobody reads: what is sent first fills the way.
        var filled = 0
        while case let count = Self.send(far, 4096), count > 0 { filled += count }
        let passed = try Files.open("/proc/self/status", Files.Flag.readOnly)
        #expect(Self.send(program, 100, descriptors: [passed.number]) == 100)
        #expect(relay.handle(.program, .readable, &traffic, queue))
        #expect(relay.holdsBytes)
        var descriptors: [Int32] = []
        var received = 0
        unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
            while received < filled + 100 {
                let (count, more) = unsafe Sockets.receiveMessage(receiver.number, into: buffer)
                if count > 0 { received += count }
                descriptors += more
                guard count > 0 || relay.holdsBytes,
                    relay.handle(.peer, .writable, &traffic, queue)
                else { return }
            }
        }
        #expect(received == filled + 100)
        #expect(!relay.holdsBytes)
        #expect(
            try descriptors.map { try Files.status(of: $0).inode } == [
                try Files.status(of: passed.number).inode
            ])
        descriptors.forEach(Sockets.close)
    }
}

import AmberKernel
import AmberModel

/// A program's datagrams to one peer: a near socket that it sends to, and a far one that the peer sees.
///
/// Lives on the relay's thread. Datagrams that find no room are lost, as they would be.
final class DatagramRelay {
    /// Index of its record.
    let record: Int
    let token: UInt64
    /// The peer's address.
    let peer: [UInt8]
    /// Where the program's socket is.
    let caller: (processID: Int32, number: Int32, cookie: UInt64)
    private(set) var near: SharedDescriptor
    private(set) var far: SharedDescriptor
    /// The program's own address on loopback.
    let program: [UInt8]
    var usedAt: Int64

    init(
        record: Int, token: UInt64, peer: [UInt8], caller: (Int32, Int32, UInt64), near: SharedDescriptor,
        far: SharedDescriptor, program: [UInt8], at now: Int64
    ) {
        self.record = record
        self.token = token
        self.peer = peer
        self.caller = caller
        self.near = near
        self.far = far
        self.program = program
        usedAt = now
    }

    /// Closes the near socket at once, whoever still holds this.
    func close() { near = far }

    /// Carries what waits on one side to the other; the peer's error where it refuses.
    func copy(_ side: RelayConnection.Side, _ traffic: inout Traffic) -> Int32 {
        usedAt = Clock.monotonic()
        let (from, to) = side == .program ? (near.number, far.number) : (far.number, near.number)
        for _ in 0..<64 {
            let count = Sockets.receive(from, into: traffic.buffer)
            if count < 0 {
                return side == .peer && count == -Int(Errno.connectionRefused) ? Int32(-count) : 0
            }
            let bytes = UnsafeRawBufferPointer(rebasing: traffic.buffer[..<count])
            traffic.note(bytes, side == .program ? .sent : .received, record)
            // What the peer refused before is told at the next send (udp(7)).
            if Sockets.send(to, bytes) == -Int(Errno.connectionRefused), side == .program {
                return Errno.connectionRefused
            }
        }
        return 0
    }
}

import CLinux
import Synchronization

/// A child that has joined other namespaces and hands out sockets made there (setns(2), Linux 3.8).
///
/// A process with threads cannot join a user namespace, and a socket belongs for life to the network namespace that it
/// was made in; what is done with it afterwards (bind, connect) happens there, whoever does it.
package final class SocketDoor: Sendable {
    private let child: SpawnedChild
    private let door: OwnedDescriptor
    /// One request at a time: an answer follows its request.
    private let turn = Mutex(())

    /// Starts a door into the user and network namespaces of a process.
    ///
    /// - Throws: `SyscallError`: EPERM where the namespaces belong to somebody else.
    package init(into processID: Int32) throws(SyscallError) {
        let user = try Files.open(KernelPath("/proc/\(processID)/ns/user"), Files.Flag.readOnly)
        let network = try Files.open(KernelPath("/proc/\(processID)/ns/net"), Files.Flag.readOnly)
        let ends = try Pipe(sockets: ())
        // The user namespace first: it gives the right to join the other.
        child = try SpawnedChild(steps: [
            .enter(user.number, type: 0x1000_0000), .enter(network.number, type: 0x4000_0000),
            .door(ends.writeEnd.number),
        ])
        door = ends.takeReadEnd()
    }

    deinit {
        try? child.send(Signals.kill)
        var items = [Poll.Item(child.descriptor.number)]
        _ = Poll.wait(&items, milliseconds: 5000)
        _ = child.nextState()
    }

    /// Makes a socket there, close-on-exec.
    ///
    /// - Throws: `SyscallError`: what socket(2) says, ECANCELED where the door is closed.
    package func socket(
        domain: Int32, type: Int32, protocol number: Int32 = 0
    ) throws(SyscallError)
        -> OwnedDescriptor
    {
        let request = amber_socket_request(domain: domain, type: type, protocol: number)
        return OwnedDescriptor(
            adopting: try check("socket", on: "the sandbox's network") {
                turn.withLock { _ in withUnsafePointer(to: request) { amber_request_socket(door.number, $0) }
                }
            })
    }
}

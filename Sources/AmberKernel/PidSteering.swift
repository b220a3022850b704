import Synchronization

/// Asks the init of a sandbox's pid namespace which pid it shall give out next (ns_last_pid, proc_sys_kernel(5)).
///
/// Only a process inside the namespace may say so; init is one, and has nothing else to do.
package final class PidSteering: Sendable {
    private let ours: OwnedDescriptor
    private let theirs: OwnedDescriptor
    /// A number for ns_last_pid in init, held by /dev/null here.
    private let reserved: OwnedDescriptor
    private let isOver = Mutex(false)

    /// Makes the socket; `steering` goes into init's step.
    package init() throws(SyscallError) {
        let (left, right) = try Pipe(sockets: ()).takeBoth()
        ours = OwnedDescriptor(adopting: left)
        theirs = OwnedDescriptor(adopting: right)
        reserved = try Files.open("/dev/null", Files.Flag.readWrite)
    }

    /// What init's step needs; `.open` of ns_last_pid under `lastPid` comes before it.
    package var steering: ChildStep.Steering {
        ChildStep.Steering(socket: theirs.number, lastPid: reserved.number)
    }

    /// Makes a pid the next one, as far as it is free; a few tens of microseconds.
    ///
    /// - Returns: False where init does not answer: it is asked no more.
    @discardableResult
    package func next(_ processID: Int32) -> Bool {
        isOver.withLock { isOver in
            if isOver { return false }
            let word = withUnsafeBytes(of: processID) { Array($0) }
            var items = [Poll.Item(ours.number)]
            guard (try? Files.writeAll(ours.number, word)) != nil, Poll.wait(&items, milliseconds: 100) > 0,
                let answer = try? Files.readSome(ours.number, limit: 1), answer.count == 1
            else {
                isOver = true
                return false
            }
            return true
        }
    }
}

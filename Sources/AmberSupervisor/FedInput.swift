import AmberKernel

/// The program's side of a standard input that is fed, and who waits for it.
struct FedInput: Sendable {
    /// The program's own end; borrowed.
    let inside: Int32

    /// What a thread does about the input.
    enum Sleep {
        /// It is blocked in a read of it.
        case input
        /// It does something else.
        case something
        /// The kernel does not tell: then it must not wait for ever.
        case unknown
        case gone
    }

    /// Nothing waits to be read.
    var isEmpty: Bool { Streams.bytesWaiting(inside) == 0 }

    /// Tells whether a descriptor of a thread is this input; anything but a plain no counts as yes.
    func isOne(_ number: Int32, of threadID: Int32) -> Bool {
        do throws(SyscallError) {
            let theirs = try Files.status(KernelPath("/proc/\(threadID)/fd/\(number)"), following: true)
            let ours = try Files.status(of: inside)
            return theirs.device == ours.device && theirs.inode == ours.inode
        } catch {
            return error.code != Errno.noEntry
        }
    }

    func sleep(of threadID: Int32) -> Sleep {
        let sleep = ProcessFacts.sleep(of: threadID)
        // Asked afterwards: what has ended meanwhile cannot be asked either.
        guard Self.isAlive(threadID) else { return .gone }
        switch sleep {
        case nil: return .unknown
        case .running: return .something
        case .call(let number, let first):
            guard SyscallTable.isRead(number), let descriptor = Int32(exactly: first) else {
                return .something
            }
            return isOne(descriptor, of: threadID) ? .input : .something
        }
    }

    /// Tells whether a thread has not ended; one that waits to be reaped has.
    static func isAlive(_ threadID: Int32) -> Bool {
        ProcessFacts.state(of: threadID).map { $0 != UInt8(ascii: "Z") } ?? false
    }
}

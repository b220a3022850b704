/// A notified call with its paths read, before any of them is resolved.
package struct ObservedCall: Sendable {
    /// What it does, and how it names its paths.
    package var shape: CallShape
    /// The calling thread.
    package var threadID: Int32
    /// The process that the thread belongs to.
    package var processID: Int32
    /// The process's parent, where this is the first that is seen of the thread; else 0.
    package var parentID: Int32 = 0
    /// CLOCK_MONOTONIC when it was received, nanoseconds.
    package var time: Int64
    /// The path as the caller wrote it; empty where there is none.
    package var path: [UInt8] = []
    /// Directory that a relative `path` starts from, absolute; empty for absolute paths.
    package var base: [UInt8] = []
    /// The second path of rename, link and symlink.
    package var second: [UInt8] = []
    /// Directory that a relative `second` starts from.
    package var secondBase: [UInt8] = []
    /// open(2) flags, AT_* flags, or the first argument of calls without path.
    package var flags: UInt64 = 0
    /// Arguments of an execve.
    package var arguments: [[UInt8]] = []
    /// Environment of an execve.
    package var environment: [[UInt8]] = []
    /// Where that environment begins in the caller's memory; 0 for none, and for callers of 32 bits.
    package var environmentPointer: UInt64 = 0
    /// The root directory that the caller sees, where it is not ours.
    package var root: RootIdentity = .own
    /// The socket of connect, bind, getpeername and their like; -1 for calls on something else.
    package var socket: Int32 = -1
    /// Where the caller wants an address, and its length.
    package var addressPointers: (address: UInt64, length: UInt64) = (0, 0)
    /// A socket address in the kernel's form.
    package var address: [UInt8] = []
    /// Bytes of a send.
    package var payload: UInt64 = 0
    /// False where the caller's memory could not be read.
    package var isReadable = true

    /// Which root directory and mount namespace a path belongs to.
    package enum RootIdentity: Hashable, Sendable {
        /// The supervisor's own.
        case own
        /// A directory in our namespace, entered by chroot(2).
        case directory([UInt8])
        /// Another mount namespace, by inode number.
        case namespace(UInt64)
    }

    /// Tells whether an open may change the file.
    package var isMutatingOpen: Bool {
        guard shape.action == .open else { return false }
        if shape.name == "creat" { return true }
        return flags & 0o3 != 0 || flags & 0o1100 != 0  // O_ACCMODE, O_CREAT | O_TRUNC
    }

    /// Tells whether this call may change the tree in any way.
    package var isMutation: Bool { shape.action.mayChangeTree || isMutatingOpen }
}

import CLinux
import Glibc

extension Files {
    /// Tries to take an exclusive advisory lock (flock(2)); false where somebody else holds it.
    package static func tryLock(_ descriptor: Int32) throws(SyscallError) -> Bool {
        do {
            _ = try check("flock", on: "descriptor \(descriptor)") {
                amber_flock(descriptor, LOCK_EX | LOCK_NB)
            }
            return true
        } catch  where error.code == EWOULDBLOCK {
            return false
        }
    }

    /// The effective user id that new files get.
    package static var effectiveUserID: UInt32 { geteuid() }
}

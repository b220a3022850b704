import CLinux
import Glibc

/// Error numbers by name, for decisions; and their text, for people.
package enum Errno {
    /// The text of errno(3), `No such file or directory` for ENOENT.
    package static func text(of code: Int32) -> String {
        String(cString: amber_error_text(code))
    }

    /// The name of errno(3): `ENOENT`; `E` and the number for one that has none.
    package static func name(of code: Int32) -> String {
        amber_error_name(code).map { String(cString: $0) } ?? "E\(code)"
    }

    /// The number that has a name; nil for names that are none.
    package static func code(named name: String) -> Int32? {
        for code in Int32(1)..<134 where Self.name(of: code) == name { return code }
        return nil
    }

    package static let noEntry = ENOENT
    package static let exists = EEXIST
    package static let accessDenied = EACCES
    package static let notPermitted = EPERM
    package static let inputOutput = EIO
    package static let interrupted = EINTR
    package static let again = EAGAIN
    package static let crossDevice = EXDEV
    package static let isDirectory = EISDIR
    package static let notDirectory = ENOTDIR
    package static let tooManyLinks = ELOOP
    package static let noSpace = ENOSPC
    package static let quotaExceeded = EDQUOT
    package static let invalid = EINVAL
    package static let notSupported = EOPNOTSUPP
    package static let notImplemented = ENOSYS
    package static let busy = EBUSY
    package static let brokenPipe = EPIPE
    package static let connectionRefused = ECONNREFUSED
    package static let notEmpty = ENOTEMPTY
    package static let nameTooLong = ENAMETOOLONG
    package static let noSuchDevice = ENXIO
    package static let cancelled = ECANCELED
    package static let inProgress = EINPROGRESS
    package static let timedOut = ETIMEDOUT
    package static let fault = EFAULT
}

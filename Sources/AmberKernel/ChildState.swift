import CLinux

/// A change in a child's life (waitid(2)).
package enum ChildState: Hashable, Sendable {
    /// What the child and the children it waited for have used.
    package struct Use: Hashable, Sendable {
        /// User time, nanoseconds.
        package var userTime: Int64
        /// System time, nanoseconds.
        package var systemTime: Int64
        /// Largest resident set, bytes.
        package var maximumResidentSize: Int64

        package init(userTime: Int64, systemTime: Int64, maximumResidentSize: Int64) {
            self.userTime = userTime
            self.systemTime = systemTime
            self.maximumResidentSize = maximumResidentSize
        }
    }

    /// It exited with this code.
    case exited(code: Int32, Use)
    /// A signal ended it.
    case signaled(Int32, Use)
    /// A signal stopped it.
    case stopped(Int32)
    /// SIGCONT let it go on.
    case continued

    init(_ raw: amber_child_state) {
        let use = Use(
            userTime: raw.user_ns, systemTime: raw.system_ns, maximumResidentSize: raw.maximum_rss)
        // CLD_EXITED 1, CLD_KILLED 2, CLD_DUMPED 3, CLD_TRAPPED 4, CLD_STOPPED 5, CLD_CONTINUED 6 (sigaction(2)).
        switch raw.code {
        case 1: self = .exited(code: raw.status, use)
        case 2, 3: self = .signaled(raw.status, use)
        case 6: self = .continued
        default: self = .stopped(raw.status)
        }
    }
}

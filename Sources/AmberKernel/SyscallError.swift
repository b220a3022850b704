/// A kernel call that failed: which one, why, and on what.
package struct SyscallError: Error, Hashable, Sendable {
    /// The name of a kernel call, as its manual page has it.
    package struct Call: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The name.
        package let name: String
        /// Takes a name.
        package init(stringLiteral value: String) { self.name = value }
        package var description: String { name }
    }

    /// The call.
    package let call: Call
    /// errno, positive.
    package let code: Int32
    /// What it was about: a path, a pid; never a secret.
    package let subject: String

    /// Makes an error.
    package init(call: Call, code: Int32, subject: String) {
        self.call = call
        self.code = code
        self.subject = subject
    }
}

extension SyscallError: CustomStringConvertible {
    package var description: String { "\(call) \(subject): \(Errno.text(of: code))" }
}

import CLinux

/// A file descriptor with one owner, closed when the owner goes.
package struct OwnedDescriptor: ~Copyable, Sendable {
    /// The number, valid for as long as the owner lives; borrowers never close it.
    package let number: Int32

    /// Takes over a descriptor that nobody else closes.
    package init(adopting number: Int32) { self.number = number }

    deinit { _ = amber_close(number) }  // Linux frees the number even on EINTR: never retry (close(2))

    /// Gives the number away; the taker closes it.
    package consuming func release() -> Int32 {
        let number = self.number
        discard self
        return number
    }
}

/// A system call as the kernel hands it to the listener: numbers, nothing decoded.
package struct RawCall: Sendable {
    /// The calling thread, in our pid namespace; 0 where it is not visible from here.
    package var threadID: Int32
    /// AUDIT_ARCH_*.
    package var architecture: UInt32
    /// Number of the call in that architecture.
    package var number: UInt32
    /// The six arguments.
    package var arguments: InlineArray<6, UInt64>

    package init(threadID: Int32, architecture: UInt32, number: UInt32, arguments: InlineArray<6, UInt64>) {
        self.threadID = threadID
        self.architecture = architecture
        self.number = number
        self.arguments = arguments
    }
}

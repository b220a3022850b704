/// How one standard stream of the program is connected.
package enum StreamWiring: Hashable, Sendable {
    /// The program gets this descriptor itself.
    case passThrough(Int32)
    /// Nothing: the descriptor is closed.
    case closed
    /// A pipe, relayed from or to this descriptor.
    case pipe(outer: Int32)
    /// A pipe whose output is copied to this descriptor, which may be of any kind: splice(2) refuses some.
    case copiedPipe(outer: Int32)
    /// A socket, relayed from or to this descriptor.
    case socket(outer: Int32)
    /// The pseudo-terminal that all streams of this wiring share, relayed from or to this descriptor.
    case terminal(outer: Int32)
    /// A pipe that gives out these bytes and then ends; for standard input only.
    case bytes([UInt8])
}

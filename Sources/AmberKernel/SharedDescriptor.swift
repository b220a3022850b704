/// A descriptor with several holders, closed when the last of them lets go.
package final class SharedDescriptor: Sendable {
    private let descriptor: OwnedDescriptor

    /// Takes a descriptor over.
    package init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

    /// The number, valid for as long as anybody holds this.
    package var number: Int32 { descriptor.number }
}

import AmberKernel
import AmberModel

/// A finished blob in an open file, waiting to be copied into a bundle; pruning a store cannot take it away.
final class SpooledBlob: Sendable {
    let descriptor: OwnedDescriptor
    let digest: Digest
    let sizeInBytes: UInt64

    init(_ descriptor: consuming OwnedDescriptor, digest: Digest, sizeInBytes: UInt64) {
        self.descriptor = descriptor
        self.digest = digest
        self.sizeInBytes = sizeInBytes
    }
}

import AmberKernel

/// Where a blob lies: an open file, an offset and a length.
final class BlobRegion: Sendable {
    let descriptor: OwnedDescriptor
    let offset: UInt64
    let sizeInBytes: UInt64

    init(_ descriptor: consuming OwnedDescriptor, offset: UInt64, sizeInBytes: UInt64) {
        self.descriptor = descriptor
        self.offset = offset
        self.sizeInBytes = sizeInBytes
    }
}

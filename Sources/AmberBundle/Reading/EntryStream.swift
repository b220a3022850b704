/// The content of a layer's present entry as a stream, for what is compressed inside a layer.
final class EntryStream: ByteStream {
    private let reader: LayerReader
    /// Length of the content.
    let sizeInBytes: UInt64

    init(_ reader: LayerReader) {
        self.reader = reader
        sizeInBytes = reader.contentSize
    }

    func next() throws(BundleError) -> UnsafeRawBufferPointer { try reader.content() }
}

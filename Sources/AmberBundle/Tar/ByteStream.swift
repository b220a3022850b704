/// Bytes that come in pieces, each valid until the next is asked for.
protocol ByteStream: AnyObject {
    /// The next piece, at least one byte; empty at the end.
    func next() throws(BundleError) -> UnsafeRawBufferPointer
    /// Passes over bytes without reading them; false where the stream cannot, and then nothing has moved.
    func seek(over count: UInt64) -> Bool
}

extension ByteStream {
    func seek(over count: UInt64) -> Bool { false }
}

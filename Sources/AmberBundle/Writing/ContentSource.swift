public import AmberModel

/// Where the bytes of a layer's entry come from.
public enum ContentSource: Sendable {
    /// There are none: a directory, a link, a FIFO.
    case none
    /// These.
    case bytes([UInt8])
    /// A file, opened while the layer is written.
    case file(path: ByteString)
    /// An open file, borrowed until the layer is written; read from offset 0, its position is left alone.
    case descriptor(Int32)
    /// A stretch of an open file, borrowed likewise: as many bytes from `offset` on as the entry's size says.
    case stretch(Int32, offset: UInt64)
}

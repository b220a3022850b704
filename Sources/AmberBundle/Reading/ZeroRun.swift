/// Finds bytes that are all zero.
enum ZeroRun {
    /// Tells whether every byte is zero; ends at the first word that is not.
    static func holds(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let words = bytes.count / 8
        for index in 0..<words where bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) != 0 {
            return false
        }
        return bytes[(words * 8)...].allSatisfy { $0 == 0 }
    }
}

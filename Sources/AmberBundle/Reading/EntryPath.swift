import AmberModel

/// Checks the names of a layer's entries: what comes out is safe to resolve below a directory.
enum EntryPath {
    /// The path without `./` before it and slashes after it; empty for the root.
    ///
    /// - Throws: `BundleError` of code `unsafeEntry`: absolute, with `..`, `.` or an empty component inside,
    ///   a component over 255 bytes, or a whiteout, which would delete files of other layers.
    static func checked(_ path: ByteString, subject: String) throws(BundleError) -> ByteString {
        func refusal(_ problem: String) -> BundleError {
            BundleError(
                .unsafeEntry, subject, "entry \"\(ByteString(Array(path.bytes.prefix(200))))\" \(problem)",
                remedy: BundleError.doNotTrust)
        }
        var bytes = path.bytes[...]
        guard bytes.first != UInt8(ascii: "/") else { throw refusal("has an absolute name") }
        guard !bytes.isEmpty else { throw refusal("has no name") }
        guard !bytes.contains(0) else { throw refusal("has a NUL in its name") }
        while bytes.starts(with: "./".utf8) { bytes = bytes.dropFirst(2) }
        while bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
        if bytes.isEmpty || bytes.elementsEqual(".".utf8) { return "" }
        for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if part.isEmpty { throw refusal("has an empty component") }
            if part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
                throw refusal("has a component \(String(decoding: part, as: UTF8.self))")
            }
            if part.count > 255 { throw refusal("has a component of more than 255 bytes") }
            if part.starts(with: ".wh.".utf8) { throw refusal("is a whiteout") }
        }
        return ByteString(Array(bytes))
    }
}

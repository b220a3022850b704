/// A field's line in a head, as a place: for a proxy that takes a line out and leaves every other byte alone.
package enum HeadLine {
    /// Where the first line with this name stands, its end of line included, and where its value stands.
    ///
    /// `name` is in lower case.
    package static func find(
        _ name: StaticString, in head: Span<UInt8>
    ) -> (line: Range<Int>, value: Range<Int>)? {
        let length = name.utf8CodeUnitCount
        var start = 0
        while start < head.count {
            var end = start
            while end < head.count, head[end] != ByteClass.lineFeed { end += 1 }
            let colon = start + length
            if colon < end, head[colon] == ByteClass.colon, head.isText(start..<colon, name) {
                let last = end > start && head[end - 1] == ByteClass.carriageReturn ? end - 1 : end
                return (start..<min(end + 1, head.count), head.trimmed((colon + 1)..<max(colon + 1, last)))
            }
            start = end + 1
        }
        return nil
    }

    /// Tells whether a value is this text, whatever its case.
    package static func isText(_ value: Range<Int>, _ text: StaticString, in head: Span<UInt8>) -> Bool {
        head.isText(value, text)
    }
}

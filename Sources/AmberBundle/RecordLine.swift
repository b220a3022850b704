package import AmberModel

/// Writes the long record files line by line, straight into bytes: the same JSON as `RecordJSON`, ten times as fast.
///
/// A listing of /usr/lib has thousands of entries, and sealing a second bundle of a program is little else than
/// these lines. Keys are those of the types' own `Codable` conformances; a test compares both.
package struct RecordLine {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    package init() { bytes.reserveCapacity(1 << 16) }

    /// Gives the lines away and starts anew.
    package mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Gives the lines away as an array of exactly their size, for many small ones that are kept.
    package mutating func takeExactly() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes.withUnsafeBufferPointer { Array($0) }
    }

    /// Writes a line of `directories.jsonl`.
    package mutating func append(_ directory: DirectoryRecord) {
        raw("{\"entries\":[")
        var isFirst = true
        for entry in directory.entries {
            if !isFirst { raw(",") }
            isFirst = false
            raw("{")
            if let metadata = entry.metadata {
                raw("\"metadata\":")
                append(metadata)
                raw(",")
            }
            raw("\"name\":")
            append(entry.name)
            raw("}")
        }
        raw("],\"isTruncated\":")
        raw(directory.isTruncated ? "true" : "false")
        raw(",\"metadata\":")
        append(directory.metadata)
        raw(",\"path\":")
        append(directory.path)
        raw("}\n")
    }

    /// Writes a line of `files.jsonl`.
    package mutating func append(_ file: FileRecord) {
        raw("{")
        if let absence = file.absence { member("absence", absence.rawValue) }
        if let digest = file.digest { member("digest", digest.description) }
        if let isDenied = file.isDenied { raw(isDenied ? "\"isDenied\":true," : "\"isDenied\":false,") }
        if let layer = file.layer { member("layer", layer.rawValue) }
        if let metadata = file.metadata {
            raw("\"metadata\":")
            append(metadata)
            raw(",")
        }
        if let note = file.note { member("note", note) }
        if let package = file.package { member("package", package) }
        raw("\"path\":")
        append(file.path)
        raw(",\"role\":")
        text(file.role.rawValue)
        raw("}\n")
    }

    /// Writes a line of `events.jsonl`.
    package mutating func append(_ event: EventRecord) {
        raw("{\"action\":")
        text(event.action.rawValue)
        if let code = event.code {
            raw(",\"code\":")
            number(code)
        }
        if let found = event.found { raw(found ? ",\"found\":true" : ",\"found\":false") }
        raw(",\"number\":")
        number(event.number)
        if let path = event.path {
            raw(",\"path\":")
            append(path)
        }
        raw(",\"process\":")
        text(event.process)
        if let target = event.target {
            raw(",\"target\":")
            append(target)
        }
        raw(",\"time\":")
        number(event.time)
        raw("}\n")
    }

    /// Writes a line of `network/NUMBER.jsonl`.
    package mutating func append(_ segment: SegmentRecord) {
        raw("{\"direction\":")
        text(segment.direction.rawValue)
        if let ending = segment.ending {
            raw(",\"ending\":")
            text(ending.rawValue)
        }
        raw(",\"sizeInBytes\":")
        number(segment.sizeInBytes)
        raw(",\"time\":")
        number(segment.time)
        raw("}\n")
    }

    private mutating func append(_ metadata: FileMetadata) {
        raw("{\"groupID\":")
        number(metadata.groupID)
        raw(",\"kind\":")
        text(metadata.kind.rawValue)
        if let target = metadata.linkTarget {
            raw(",\"linkTarget\":")
            append(target)
        }
        raw(",\"mode\":")
        number(metadata.mode)
        raw(",\"modifiedAt\":")
        number(metadata.modifiedAt)
        raw(",\"sizeInBytes\":")
        number(metadata.sizeInBytes)
        raw(",\"userID\":")
        number(metadata.userID)
        raw("}")
    }

    private mutating func append(_ string: ByteString) {
        let isPlain = string.bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        if isPlain {
            bytes.append(0x22)
            bytes += string.bytes
            bytes.append(0x22)
        } else if let text = string.string {
            self.text(text)
        } else {
            raw("{\"base64\":")
            text(Base64.encode(string.bytes))
            raw("}")
        }
    }

    private mutating func member(_ name: StaticString, _ value: String) {
        bytes.append(0x22)
        raw(name)
        raw("\":")
        text(value)
        raw(",")
    }

    private mutating func text(_ string: String) {
        bytes.append(0x22)
        for byte in string.utf8 {
            switch byte {
            case 0x22, 0x5C: bytes += [0x5C, byte]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }

    /// Decimal digits, without the string that an interpolation would make for each number.
    private mutating func number(_ value: some FixedWidthInteger) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = UInt64(value.magnitude)
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func raw(_ string: StaticString) {
        bytes += UnsafeBufferPointer(start: string.utf8Start, count: string.utf8CodeUnitCount)
    }
}

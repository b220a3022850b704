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
        if let code = event.code { raw(",\"code\":\(code)") }
        if let found = event.found { raw(found ? ",\"found\":true" : ",\"found\":false") }
        raw(",\"number\":\(event.number)")
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
        raw(",\"time\":\(event.time)}\n")
    }

    /// Writes a line of `network/NUMBER.jsonl`.
    package mutating func append(_ segment: SegmentRecord) {
        raw("{\"direction\":\"\(segment.direction.rawValue)\"")
        if let ending = segment.ending { raw(",\"ending\":\"\(ending.rawValue)\"") }
        raw(",\"sizeInBytes\":\(segment.sizeInBytes),\"time\":\(segment.time)}\n")
    }

    private mutating func append(_ metadata: FileMetadata) {
        raw("{\"groupID\":\(metadata.groupID),\"kind\":")
        text(metadata.kind.rawValue)
        if let target = metadata.linkTarget {
            raw(",\"linkTarget\":")
            append(target)
        }
        raw(",\"mode\":\(metadata.mode),\"modifiedAt\":\(metadata.modifiedAt)")
        raw(",\"sizeInBytes\":\(metadata.sizeInBytes),\"userID\":\(metadata.userID)}")
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
            raw("{\"base64\":\"\(Base64.encode(string.bytes))\"}")
        }
    }

    private mutating func member(_ name: String, _ value: String) {
        raw("\"\(name)\":")
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

    private mutating func raw(_ string: String) { bytes += string.utf8 }
}

import AmberModel

/// The entries of a layer as they are stored: ordered by path, one per path, every parent there.
struct LayerListing {
    /// The entries in tree order: parents before children, siblings by byte value.
    private(set) var entries: [LayerEntry] = []
    /// Entries that a layer cannot hold, and why.
    private(set) var leftOut: [LayerSummary.Deviation] = []

    /// Orders entries; of several for one path the last one counts.
    init(_ given: [LayerEntry]) {
        var last: [ByteString: Int] = [:]
        last.reserveCapacity(given.count)
        for (index, entry) in given.enumerated() { last[entry.path] = index }
        let ordered = last.values.map { given[$0] }.sorted { Self.precedes($0.path, $1.path) }
        entries.reserveCapacity(ordered.count + ordered.count / 8)
        var open: [ByteString] = []  // the directories above the present entry, outermost first
        var blocked: Set<ByteString> = []
        for entry in ordered {
            if let reason = Self.obstacle(to: entry) ?? Self.obstacle(in: blocked, to: entry.path) {
                leftOut.append(.init(path: entry.path, reason: .unstorable(reason), digest: nil))
                continue
            }
            addParents(of: entry.path, open: &open)
            if entry.metadata.kind == .directory {
                if entry.path != "/" { open.append(entry.path) }
            } else {
                blocked.insert(entry.path)
            }
            entries.append(entry)
        }
    }

    /// Byte order with the slash below every other byte, so that a directory's whole tree follows it at once.
    static func precedes(_ left: ByteString, _ right: ByteString) -> Bool {
        let slash = UInt8(ascii: "/")
        let (one, other) = (left.bytes.span, right.bytes.span)
        for index in 0..<min(one.count, other.count) where one[index] != other[index] {
            if one[index] == slash { return true }
            if other[index] == slash { return false }
            return one[index] < other[index]
        }
        return one.count < other.count
    }

    private mutating func addParents(of path: ByteString, open: inout [ByteString]) {
        while let top = open.last, !Self.isBelow(path, top) { open.removeLast() }
        var end = (open.last?.count ?? 0) + 1
        while let slash = path.bytes[end...].firstIndex(of: UInt8(ascii: "/")) {
            let parent = ByteString(Array(path.bytes[..<slash]))
            entries.append(
                LayerEntry(
                    path: parent,
                    metadata: FileMetadata(
                        kind: .directory, mode: 0o755, userID: 0, groupID: 0, sizeInBytes: 0, modifiedAt: 0)))
            open.append(parent)
            end = slash + 1
        }
    }

    private static func isBelow(_ path: ByteString, _ directory: ByteString) -> Bool {
        path.count > directory.count && path.bytes[directory.count] == UInt8(ascii: "/")
            && path.bytes.starts(with: directory.bytes)
    }

    /// Why a layer cannot hold an entry; nil where it can.
    private static func obstacle(to entry: LayerEntry) -> String? {
        guard entry.path.bytes.first == UInt8(ascii: "/") else { return "the path is not absolute" }
        guard entry.path.count <= 4095, entry.metadata.linkTarget?.count ?? 0 <= 4095 else {
            return "the path is too long"
        }
        guard !entry.path.bytes.contains(0) else { return "the path holds a NUL" }
        switch entry.metadata.kind {
        case .file, .directory, .fifo: break
        case .symlink:
            guard let target = entry.metadata.linkTarget, !target.isEmpty, !target.bytes.contains(0) else {
                return "the symbolic link has no target"
            }
        case .socket, .characterDevice, .blockDevice: return "layers hold no \(entry.metadata.kind.rawValue)"
        }
        guard entry.path != "/" else {
            return entry.metadata.kind == .directory ? nil : "the root is a directory"
        }
        for part in entry.path.bytes.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            switch part.count {
            case 0: return "the path has an empty component"
            case 1 where part.first == UInt8(ascii: "."): return "the path has a component ."
            case 2 where part.elementsEqual("..".utf8): return "the path has a component .."
            case 256...: return "a name is longer than 255 bytes"
            default:
                if part.starts(with: ".wh.".utf8) { return "container engines take .wh. names for deletions" }
            }
        }
        return nil
    }

    /// Tells whether something that is no directory stands above a path.
    private static func obstacle(in blocked: Set<ByteString>, to path: ByteString) -> String? {
        guard !blocked.isEmpty else { return nil }
        var end = 1
        while let slash = path.bytes[end...].firstIndex(of: UInt8(ascii: "/")) {
            if blocked.contains(ByteString(Array(path.bytes[..<slash]))) {
                return "\(ByteString(Array(path.bytes[..<slash]))) above it is no directory"
            }
            end = slash + 1
        }
        return nil
    }
}

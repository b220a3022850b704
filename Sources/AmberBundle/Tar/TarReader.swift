import AmberModel

/// Walks a tar archive that comes from a stream: ustar, pax and GNU long names; nothing else.
///
/// Memory is one pax header at most. Every structural fault is a `BundleError` of code `malformed` or
/// `truncated`.
struct TarReader {
    private let stream: any ByteStream
    private let subject: String
    private let limits: ReadLimits
    private var piece = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var contentLeft: UInt64 = 0
    private var paddingLeft: UInt64 = 0
    private var isAtEnd = false
    private(set) var entryCount = 0
    /// Bytes that the stream has given and that were not used yet.
    var unusedCount: Int { piece.count }

    /// Starts at the stream's position; `subject` names the archive in errors.
    init(_ stream: any ByteStream, subject: String, limits: ReadLimits) {
        self.stream = stream
        self.subject = subject
        self.limits = limits
    }

    /// The next entry, or nil at the archive's end; what is left of the entry before it is passed over.
    mutating func next() throws(BundleError) -> TarEntry? {
        guard !isAtEnd else { return nil }
        try skip(contentLeft + paddingLeft)
        contentLeft = 0
        paddingLeft = 0
        var attributes: PaxAttributes?
        var longPath: [UInt8]?
        var longTarget: [UInt8]?
        for _ in 0..<8 {
            let block = TarBlock(bytes: try take(TarHeader.blockSize))
            if block.isEmpty {
                isAtEnd = true
                return nil
            }
            guard block.hasGoodChecksum else { throw malformed("a header's checksum is wrong") }
            switch block.flag {
            case UInt8(ascii: "x"):
                guard let read = PaxAttributes(try headerContent(block)) else {
                    throw malformed("a pax header is malformed")
                }
                attributes = read
            case UInt8(ascii: "g"): _ = try headerContent(block)
            case UInt8(ascii: "L"): longPath = Array(try headerContent(block).prefix { $0 != 0 })
            case UInt8(ascii: "K"): longTarget = Array(try headerContent(block).prefix { $0 != 0 })
            default: return try entry(block, attributes, longPath, longTarget)
            }
        }
        throw malformed("an entry has more than 8 headers")
    }

    private mutating func entry(
        _ block: TarBlock, _ attributes: PaxAttributes?, _ longPath: [UInt8]?, _ longTarget: [UInt8]?
    ) throws(BundleError) -> TarEntry {
        entryCount += 1
        guard entryCount <= limits.entries else { throw limit("more than \(limits.entries) entries") }
        guard attributes?.isSparse != true, block.flag != UInt8(ascii: "S") else {
            throw BundleError(
                .unsupported, subject, "it stores a sparse file as a map",
                remedy: "Build it again without sparse members.")
        }
        let path = attributes?.path ?? longPath ?? block.path
        let target = attributes?.linkTarget ?? longTarget ?? block.text(at: 157, width: 100)
        guard path.count <= limits.pathLength, target.count <= limits.pathLength else {
            throw limit("a path of more than \(limits.pathLength) bytes")
        }
        let kind = block.kind(of: path)
        guard let mode = block.number(at: 100, width: 8), let size = block.number(at: 124, width: 12),
            size >= 0,
            let user = attributes?.userID ?? block.number(at: 108, width: 8).flatMap(UInt32.init(exactly:)),
            let group = attributes?.groupID ?? block.number(at: 116, width: 8).flatMap(UInt32.init(exactly:)),
            let time = attributes?.modifiedAt ?? Self.nanoseconds(block.number(at: 136, width: 12))
        else { throw malformed("a header's number is malformed") }
        var length = attributes?.sizeInBytes ?? UInt64(size)
        if kind != .file, case .other = kind {} else if kind != .file { length = 0 }
        guard length <= limits.contentBytes else {
            throw limit("an entry of more than \(limits.contentBytes) bytes")
        }
        contentLeft = length
        paddingLeft = UInt64(TarHeader.padding(after: length))
        return TarEntry(
            path: ByteString(path), kind: kind, mode: UInt32(truncatingIfNeeded: mode) & 0o7777, userID: user,
            groupID: group, sizeInBytes: length, modifiedAt: time, linkTarget: ByteString(target))
    }

    private static func nanoseconds(_ seconds: Int64?) -> Int64? {
        guard let seconds else { return nil }
        let (value, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : value
    }

    private mutating func headerContent(_ block: TarBlock) throws(BundleError) -> [UInt8] {
        guard let size = block.number(at: 124, width: 12), size >= 0 else {
            throw malformed("a header's size is malformed")
        }
        guard size <= limits.headerBytes else {
            throw limit("a pax header of more than \(limits.headerBytes) bytes")
        }
        let content = try take(Int(size))
        try skip(UInt64(TarHeader.padding(after: UInt64(size))))
        return content
    }

    /// The next piece of the present entry's content, valid until the next call; empty when it is all read.
    mutating func content() throws(BundleError) -> UnsafeRawBufferPointer {
        guard contentLeft > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        try refill()
        let count = Int(min(UInt64(piece.count), contentLeft))
        let part = UnsafeRawBufferPointer(rebasing: piece[..<count])
        piece = UnsafeRawBufferPointer(rebasing: piece[count...])
        contentLeft -= UInt64(count)
        return part
    }

    /// Reads the present entry's whole content, at most `limit` bytes.
    mutating func wholeContent(limit count: Int) throws(BundleError) -> [UInt8] {
        guard contentLeft <= UInt64(count) else { throw limit("a member of more than \(count) bytes") }
        var bytes: [UInt8] = []
        while true {
            let part = try content()
            if part.isEmpty { return bytes }
            bytes.append(contentsOf: part)
        }
    }

    /// Reads what follows the archive's end to the end of the stream, so that its digest is complete.
    mutating func drain() throws(BundleError) {
        piece = UnsafeRawBufferPointer(start: nil, count: 0)
        while true {
            let more = try stream.next()
            if more.isEmpty { return }
        }
    }

    private mutating func refill() throws(BundleError) {
        if piece.isEmpty { piece = try stream.next() }
        guard !piece.isEmpty else {
            throw BundleError(
                .truncated, subject, "it ends in the middle of its tar archive",
                remedy: BundleError.fetchAgain)
        }
    }

    private mutating func skip(_ count: UInt64) throws(BundleError) {
        var left = count
        while left > 0 {
            if piece.isEmpty, stream.seek(over: left) { return }
            try refill()
            let step = Int(min(UInt64(piece.count), left))
            piece = UnsafeRawBufferPointer(rebasing: piece[step...])
            left -= UInt64(step)
        }
    }

    private mutating func take(_ count: Int) throws(BundleError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(count, 65536))
        while bytes.count < count {
            try refill()
            let step = min(piece.count, count - bytes.count)
            bytes.append(contentsOf: piece[..<step])
            piece = UnsafeRawBufferPointer(rebasing: piece[step...])
        }
        return bytes
    }

    private func malformed(_ problem: String) -> BundleError {
        BundleError(.malformed, subject, problem, remedy: BundleError.fetchAgain)
    }

    private func limit(_ problem: String) -> BundleError {
        BundleError(.limitExceeded, subject, "it has \(problem)", remedy: BundleError.doNotTrust)
    }
}

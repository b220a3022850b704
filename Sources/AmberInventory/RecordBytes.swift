import AmberModel

/// Numbers and byte strings one after the other, with a checksum at the end; reading stops where something is wrong.
struct RecordBytes {
    /// FNV-1a over words of eight bytes: finds damage, not malice.
    struct Checksum {
        private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

        mutating func add(_ bytes: [UInt8]) {
            var word: UInt64 = 0
            for (index, byte) in bytes.enumerated() {
                word = word << 8 | UInt64(byte)
                if index & 7 == 7 { mix(word) }
            }
            mix(word ^ UInt64(bytes.count))
        }

        private mutating func mix(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01b3 }
    }

    private(set) var content: [UInt8]
    /// Where reading goes on.
    var position = 0

    /// Starts with some bytes.
    init(_ bytes: [UInt8]) { content = bytes }

    /// Takes what `checked()` gave; nil where it is damaged.
    init?(checked bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        content = Array(bytes.dropLast(8))
        var tail = RecordBytes(Array(bytes.suffix(8)))
        var sum = Checksum()
        sum.add(content)
        guard tail.number() == sum.value else { return nil }
    }

    /// The bytes with their checksum.
    func checked() -> [UInt8] {
        var sum = Checksum()
        sum.add(content)
        var copy = self
        copy.append(sum.value)
        return copy.content
    }

    mutating func append(_ number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) {
            content.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func append(_ bytes: [UInt8]) {
        append(UInt64(bytes.count))
        content += bytes
    }

    mutating func number() -> UInt64? {
        guard position + 8 <= content.count else { return nil }
        var value: UInt64 = 0
        for index in (0..<8).reversed() { value = value << 8 | UInt64(content[position + index]) }
        position += 8
        return value
    }

    mutating func bytes() -> [UInt8]? {
        guard let count = number(), count <= UInt64(content.count - position) else { return nil }
        defer { position += Int(count) }
        return Array(content[position..<(position + Int(count))])
    }
}

extension RecordBytes {
    mutating func append(_ fact: Evidence.Fact) {
        switch fact {
        case .missing: append(0)
        case .content(let device, let inode, let size, let modifiedAt, let changedAt):
            for number in [
                1, device, inode, size, UInt64(bitPattern: modifiedAt), UInt64(bitPattern: changedAt),
            ] { append(number) }
        case .kind(let mode, let size): for number in [2, UInt64(mode), size] { append(number) }
        }
    }

    mutating func fact() -> Evidence.Fact? {
        switch number() {
        case 0: return .missing
        case 1:
            guard let device = number(), let inode = number(), let size = number(), let modified = number(),
                let changed = number()
            else { return nil }
            return .content(
                device: device, inode: inode, size: size, modifiedAt: Int64(bitPattern: modified),
                changedAt: Int64(bitPattern: changed))
        case 2:
            guard let mode = number(), let size = number() else { return nil }
            return .kind(mode: UInt32(truncatingIfNeeded: mode), size: size)
        default: return nil
        }
    }

    /// Writes a package; its files are among the surveyed paths, and written by number.
    mutating func append(_ package: PackageRecord, _ places: [ByteString: Int]) {
        for text in [package.ecosystem.rawValue, package.name, package.version] { append(Array(text.utf8)) }
        for text in [package.architecture, package.source, package.namespace] {
            append(text == nil ? 0 : 1)
            append(Array((text ?? "").utf8))
        }
        append(UInt64(package.files.count))
        for file in package.files { append(UInt64(places[file] ?? 0)) }
    }

    mutating func package(_ paths: [ByteString]) -> PackageRecord? {
        guard let ecosystem = text().flatMap({ PackageRecord.Ecosystem(rawValue: $0) }), let name = text(),
            let version = text(), let architecture = optionalText(), let source = optionalText(),
            let namespace = optionalText(), let count = number()
        else { return nil }
        var files: [ByteString] = []
        for _ in 0..<count {
            guard let place = number(), place < paths.count else { return nil }
            files.append(paths[Int(place)])
        }
        return PackageRecord(
            ecosystem: ecosystem, name: name, version: version, architecture: architecture, source: source,
            namespace: namespace, files: files)
    }

    private mutating func text() -> String? { bytes().map { String(decoding: $0, as: UTF8.self) } }

    private mutating func optionalText() -> String?? {
        guard let isThere = number(), let text = text() else { return nil }
        return .some(isThere == 1 ? text : nil)
    }
}

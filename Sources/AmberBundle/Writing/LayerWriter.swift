import AmberKernel
import AmberModel

/// Writes the entries of a listing as a tar stream.
struct LayerWriter {
    private let sink: LayerSink
    private let cache: DigestCache?
    private(set) var deviations: [LayerSummary.Deviation]

    /// `cache` may vouch for a file's digest, which saves hashing its content a second time.
    init(_ sink: LayerSink, cache: DigestCache?, leftOut: [LayerSummary.Deviation]) {
        self.sink = sink
        self.cache = cache
        deviations = leftOut
    }

    /// Writes everything and the archive's end.
    mutating func write(_ listing: LayerListing) throws(BundleError) {
        for entry in listing.entries {
            try sink.append(TarHeader.encode(Self.tarEntry(for: entry)))
            guard entry.metadata.kind == .file else { continue }
            try writeContent(of: entry)
            try sink.appendZeros(UInt64(TarHeader.padding(after: entry.metadata.sizeInBytes)))
        }
        try sink.appendZeros(1024)
    }

    private static func tarEntry(for entry: LayerEntry) -> TarEntry {
        let metadata = entry.metadata
        var name = Array(entry.path.bytes.dropFirst())
        let kind: TarEntry.Kind
        switch metadata.kind {
        case .file: kind = .file
        case .directory:
            kind = .directory
            name = (name.isEmpty ? [UInt8(ascii: ".")] : name) + [UInt8(ascii: "/")]
        case .symlink: kind = .symlink
        case .fifo: kind = .fifo
        case .socket, .characterDevice, .blockDevice: preconditionFailure("the listing leaves these out")
        }
        return TarEntry(
            path: ByteString(name), kind: kind, mode: metadata.mode, userID: metadata.userID,
            groupID: metadata.groupID, sizeInBytes: metadata.kind == .file ? metadata.sizeInBytes : 0,
            modifiedAt: metadata.modifiedAt,
            linkTarget: metadata.kind == .symlink ? metadata.linkTarget ?? "" : "")
    }

    private mutating func writeContent(of entry: LayerEntry) throws(BundleError) {
        switch entry.content {
        case .none: try writeBytes([], of: entry)
        case .bytes(let bytes): try writeBytes(bytes, of: entry)
        case .descriptor(let descriptor): try writeFile(descriptor, of: entry)
        case .stretch(let descriptor, let offset): try writeFile(descriptor, from: offset, of: entry)
        case .file(let path):
            let file: OwnedDescriptor
            do throws(SyscallError) {
                file = try Files.open(
                    KernelPath(path.bytes),
                    Files.Flag.readOnly | Files.Flag.nonBlocking | Files.Flag.noControllingTerminal)
            } catch {
                return try giveUp(on: entry, .unreadable(error.description), written: 0)
            }
            try writeFile(file.number, of: entry)
        }
    }

    private mutating func writeBytes(_ bytes: [UInt8], of entry: LayerEntry) throws(BundleError) {
        let size = entry.metadata.sizeInBytes
        try sink.append(Array(bytes.prefix(Int(clamping: size))))
        let stored = UInt64(bytes.count)
        if stored < size {
            try giveUp(on: entry, .shorter, written: stored)
        } else if stored > size {
            deviations.append(.init(path: entry.path, reason: .longer, digest: nil))
        } else if let digest = entry.digest {
            note(ContentHasher.digest(of: bytes), against: digest, of: entry)
        }
    }

    private mutating func writeFile(
        _ descriptor: Int32, from offset: UInt64? = nil, of entry: LayerEntry
    ) throws(BundleError) {
        let size = entry.metadata.sizeInBytes
        let before: FileStatus
        do throws(SyscallError) { before = try Files.status(of: descriptor) } catch {
            return try giveUp(on: entry, .unreadable(error.description), written: 0)
        }
        guard before.isRegular else {
            return try giveUp(on: entry, .unreadable("it is no regular file"), written: 0)
        }
        let isVouchedFor = entry.digest != nil && cache?.lookUp(before) == entry.digest
        var hasher: ContentHasher? = isVouchedFor ? nil : ContentHasher()
        var written: UInt64 = 0
        while written < size {
            let result = try sink.fill(atMost: size - written, inspect: { hasher?.update($0) }) {
                (buffer) throws(SyscallError) in
                try Files.read(descriptor, at: Int64(clamping: (offset ?? 0) + written), into: buffer)
            }
            switch result {
            case .success(0): return try giveUp(on: entry, .shorter, written: written)
            case .success(let count): written += UInt64(count)
            case .failure(let error):
                return try giveUp(on: entry, .unreadable(error.description), written: written)
            }
        }
        let after = try? Files.status(of: descriptor)
        if offset == nil, after?.sizeInBytes ?? size > size {
            deviations.append(.init(path: entry.path, reason: .longer, digest: hasher?.finish()))
        } else if let hasher, let digest = entry.digest {
            note(hasher.finish(), against: digest, of: entry)
        } else if isVouchedFor, after != before {
            deviations.append(.init(path: entry.path, reason: .changed, digest: nil))
        }
    }

    private mutating func note(_ actual: Digest, against expected: Digest, of entry: LayerEntry) {
        guard actual != expected else { return }
        deviations.append(.init(path: entry.path, reason: .changed, digest: actual))
    }

    /// Fills what is missing of an entry with zeros, so that the archive stays whole.
    private mutating func giveUp(
        on entry: LayerEntry, _ reason: LayerSummary.Deviation.Reason, written: UInt64
    ) throws(BundleError) {
        deviations.append(.init(path: entry.path, reason: reason, digest: nil))
        try sink.appendZeros(entry.metadata.sizeInBytes - written)
    }
}

import AmberBundle
import AmberKernel
import AmberModel
import AmberTLS

/// The files by which the recorded run told whom to trust: certificates as text, and OpenSSL's directories of them.
///
/// Every file of certificates that the run read is one, whatever named it: a default path, `SSL_CERT_FILE`,
/// `NODE_EXTRA_CA_CERTS`, an argument, a package. In a replay they also vouch for its own authority.
struct TrustStores {
    /// Files to which a certificate can be added, absolute and without symbolic links.
    private(set) var files: [[UInt8]] = []
    /// Node was executed: it has a store of its own inside, and a variable that names one more file.
    private(set) var hasNode = false
    /// Directories in which a certificate is looked for under the hash of its name.
    private(set) var directories: [[UInt8]] = []

    /// Most bytes of a file that is looked at.
    private static let limit = 8 << 20

    /// Looks through all files of a bundle.
    init(_ reader: BundleReader, layers: [String]) throws {
        let layers = layers.compactMap {
            try? Files.open(KernelPath($0), Files.Flag.path | Files.Flag.directory).release()
        }
        defer { for number in layers { _ = OwnedDescriptor(adopting: number) } }
        try reader.forEachFile { record in
            let path = record.path.bytes
            if record.role == .executed,
                path.split(separator: UInt8(ascii: "/")).last.map(Self.isNode) ?? false
            {
                hasNode = true
            }
            if let directory = Self.hashedDirectory(path) {
                if !directories.contains(directory) { directories.append(directory) }
            }
            guard record.layer != nil, record.metadata?.kind == .file, record.role == .read,
                let size = record.metadata?.sizeInBytes, size > 100, size < Self.limit,
                Self.isStore(path, layers)
            else { return }
            files.append(path)
        }
    }

    /// Reads what `encoded` gave.
    init(_ encoded: [UInt8]) {
        for line in encoded.split(separator: 0) {
            if line.first == UInt8(ascii: "n") { hasNode = true }
            if line.first == UInt8(ascii: "f") { files.append(Array(line.dropFirst())) }
            if line.first == UInt8(ascii: "d") { directories.append(Array(line.dropFirst())) }
        }
    }

    /// Both lists in one text.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for path in files { bytes += Array("f".utf8) + path + [0] }
        for path in directories { bytes += Array("d".utf8) + path + [0] }
        if hasNode { bytes += Array("n".utf8) + [0] }
        return bytes
    }

    private static func isNode(_ name: ArraySlice<UInt8>) -> Bool {
        name.elementsEqual("node".utf8) || name.elementsEqual("nodejs".utf8)
    }

    /// The subjects of all certificates in the files.
    func subjects(in layer: ChangeLayer) -> Set<[UInt8]> {
        Set(files.flatMap { BundleAuthority.subjects(in: layer.contents($0, limit: Self.limit) ?? []) })
    }

    /// Adds an authority to all of them, in the layer above the bundle's.
    func add(_ authority: BundleAuthority, to layer: ChangeLayer) throws {
        for path in files {
            guard let old = layer.contents(path, limit: Self.limit), PEM.isStore(old) else { continue }
            let separator: [UInt8] = old.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
            try layer.put(old + separator + authority.text, at: path)
        }
        for directory in directories {
            let name = "/\(authority.directoryHash).0"
            try layer.put(authority.text, at: directory + Array(name.utf8))
        }
    }

    /// The directory of a file that OpenSSL found by a hash (`c_rehash`): eight digits, a dot, a number.
    private static func hashedDirectory(_ path: [UInt8]) -> [UInt8]? {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return nil }
        let name = path[(slash + 1)...]
        let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 8, parts[0].allSatisfy(isHexadecimal), !parts[1].isEmpty,
            parts[1].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return Array(path[..<slash])
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x66
    }

    /// A layer comes from a stranger: nothing is read through a link of it.
    private static func isStore(_ path: [UInt8], _ layers: [Int32]) -> Bool {
        for layer in layers {
            guard
                let file = try? Files.openBeneath(
                    KernelPath(Array(path.dropFirst())), Files.Flag.readOnly | Files.Flag.nonBlocking,
                    in: layer)
            else { continue }
            let head = (try? Files.readBytes(file.number, at: 0, count: 1 << 14)) ?? []
            guard head.holds("CERTIFICATE-----"), let all = try? Files.readAll(file.number, limit: limit)
            else {
                return false
            }
            return PEM.isStore(all)
        }
        return false
    }
}

extension [UInt8] {
    fileprivate func holds(_ text: String) -> Bool {
        let pattern = Array(text.utf8)
        guard count >= pattern.count else { return false }
        return (0...(count - pattern.count)).contains { start in
            self[start] == pattern[0] && self[start..<(start + pattern.count)].elementsEqual(pattern)
        }
    }
}

import AmberModel
import FoundationEssentials

/// One installed Python distribution, as its directory or file in `site-packages` describes it.
struct PythonDistribution {
    /// Name and version; no files yet.
    let record: PackageRecord
    /// Names that can be imported, as `top_level.txt` and the distribution's own name tell.
    private(set) var topLevel: Set<String> = []
    /// The project's directory with a slash at the end, where it is installed in place (`pip install -e`).
    private(set) var editable: [UInt8]?

    private let site: [UInt8]
    private let information: [UInt8]
    private let kind: Kind
    /// Components of the environment's directory, which no path may leave.
    private let prefixDepth: Int

    private enum Kind: String, CaseIterable {
        case wheel = ".dist-info"
        case egg = ".egg-info"
        case zipped = ".egg"

        var metadata: [String] {
            switch self {
            case .wheel: ["/METADATA"]
            case .egg: ["/PKG-INFO", ""]  // "": distutils writes a file instead of a directory
            case .zipped: ["/EGG-INFO/PKG-INFO"]
            }
        }
    }

    private static let metadataLimit = 1 << 16
    private static let listLimit = 64 << 20

    /// Reads the metadata of an entry of `site`; nil where it describes no distribution.
    init?(_ tree: TreeReader, site: [UInt8], name: [UInt8]) {
        guard
            let kind = Kind.allCases.first(where: {
                name.suffix($0.rawValue.utf8.count).elementsEqual($0.rawValue.utf8)
            })
        else { return nil }
        let directory = site + [UInt8(ascii: "/")] + name
        // What describes the project at length follows the header: 64 KiB are enough, whatever the size.
        let text = kind.metadata.lazy.compactMap {
            tree.prefix(directory + Array($0.utf8), limit: Self.metadataLimit)
        }.first
        var scanner = FieldScanner(text ?? [])
        let fields = scanner.next(["Name", "Version"])
        let stem = String(decoding: name.dropLast(kind.rawValue.utf8.count), as: UTF8.self)
        let parts = stem.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard let project = fields?[0] ?? parts.first, !project.isEmpty,
            let version = fields?[1] ?? (parts.count > 1 ? parts[1] : nil), !version.isEmpty
        else { return nil }
        record = PackageRecord(ecosystem: .pypi, name: project, version: version)
        self.site = site
        self.kind = kind
        information = name
        prefixDepth = max(site.split(separator: UInt8(ascii: "/")).count - 3, 1)
        topLevel = [String(PackageURL.normalizedPythonName(project).map { $0 == "-" ? "_" : $0 })]
        if let names = tree.prefix(directory + Array("/top_level.txt".utf8), limit: Self.metadataLimit) {
            topLevel.formUnion(
                String(decoding: names, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init))
        }
        if kind == .wheel { editable = Self.editable(tree, directory) }
    }

    /// Calls `body` with the absolute path of each file that the distribution lists, and its name if it is top-level.
    ///
    /// A path that would leave the environment (`prefix/lib/python3.x/site-packages` lies three levels deep) is left
    /// out: a list is somebody else's text, and may claim what it likes.
    func forEachFile(_ tree: TreeReader, _ body: (_ path: [UInt8], _ topLevel: ArraySlice<UInt8>?) -> Void) {
        let directory = site + [UInt8(ascii: "/")] + information
        switch kind {
        case .wheel:
            guard let text = tree.contents(directory + Array("/RECORD".utf8), limit: Self.listLimit) else {
                return
            }
            PythonRecord.forEachPath(text) { emit($0, from: site, body) }
        case .egg:
            let list = directory + Array("/installed-files.txt".utf8)
            guard let text = tree.contents(list, limit: Self.listLimit) else { return }
            for line in text.split(separator: 10) { emit(Array(line), from: directory, body) }
        case .zipped:
            return  // all files lie below the egg, whose name is the first component
        }
    }

    private func emit(_ path: [UInt8], from base: [UInt8], _ body: ([UInt8], ArraySlice<UInt8>?) -> Void) {
        guard let first = path.first, first != UInt8(ascii: "/") else { return }
        guard let whole = Self.resolve(path, from: base, keeping: prefixDepth) else { return }
        guard whole.count > site.count, whole.starts(with: site), whole[site.count] == UInt8(ascii: "/")
        else {
            return body(whole, nil)
        }
        let name = whole[(site.count + 1)...].prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ".") }
        body(whole, name)
    }

    /// Joins and removes `.` and `..`; nil where fewer than `limit` components of the base would stay.
    static func resolve(_ path: [UInt8], from base: [UInt8], keeping limit: Int) -> [UInt8]? {
        guard hasDots(path) else { return joined(base, path) }
        var parts = base.split(separator: UInt8(ascii: "/"))
        for part in path.split(separator: UInt8(ascii: "/")) {
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("..".utf8) {
                if parts.count <= limit { return nil }
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        var whole: [UInt8] = []
        for part in parts {
            whole.append(UInt8(ascii: "/"))
            whole += part
        }
        return whole
    }

    private static func joined(_ base: [UInt8], _ path: [UInt8]) -> [UInt8] {
        var whole: [UInt8] = []
        whole.reserveCapacity(base.count + 1 + path.count)
        whole += base
        whole.append(UInt8(ascii: "/"))
        whole += path
        return whole
    }

    /// Tells whether a component starts with a dot: almost none does, and the others need no work.
    private static func hasDots(_ path: [UInt8]) -> Bool {
        var last = UInt8(ascii: "/")
        for byte in path {
            if byte == UInt8(ascii: "."), last == UInt8(ascii: "/") { return true }
            last = byte
        }
        return false
    }

    // MARK: - Projects installed in place

    private struct DirectURL: Decodable {
        struct Directory: Decodable { var editable: Bool? }
        var url: String
        var dir_info: Directory?  // swift-format-ignore: AlwaysUseLowerCamelCase, the key of PEP 610
    }

    private static func editable(_ tree: TreeReader, _ directory: [UInt8]) -> [UInt8]? {
        guard let text = tree.contents(directory + Array("/direct_url.json".utf8), limit: metadataLimit),
            let direct = try? JSONDecoder().decode(DirectURL.self, from: Data(text)),
            direct.dir_info?.editable == true,
            direct.url.hasPrefix("file:///")
        else { return nil }
        let path = percentDecoded(Array(direct.url.utf8.dropFirst("file://".utf8.count)))
        // The root itself would make everything the project's.
        guard path.contains(where: { $0 != UInt8(ascii: "/") }) else { return nil }
        return path.last == UInt8(ascii: "/") ? path : path + [UInt8(ascii: "/")]
    }

    private static func percentDecoded(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        while place < text.count {
            if text[place] == UInt8(ascii: "%"), place + 2 < text.count,
                let byte = UInt8(String(decoding: text[(place + 1)...(place + 2)], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                place += 3
            } else {
                result.append(text[place])
                place += 1
            }
        }
        return result
    }
}

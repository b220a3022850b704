import AmberModel

/// Language runtimes that no package owns: those of version managers, of `/opt`, and of the official container images.
///
/// Each is one generic package, `python` 3.11.7, that owns all touched files of its own; without it every extension of
/// its library would be an unknown binary.
struct LanguageRuntimes {
    let tree: TreeReader

    /// Adds the runtimes that hold touched paths which nobody owns yet.
    func claim(_ paths: [ByteString], in claims: inout Claims) {
        var touched: [Place: [Int]] = [:]
        for number in paths.indices where claims.owners[number] == nil {
            if let place = Self.place(of: PathText(paths[number].bytes)) {
                touched[place, default: []].append(number)
            }
        }
        for (place, numbers) in touched.sorted(by: { $0.key.directory < $1.key.directory }) {
            guard let version = version(place) else { continue }
            claims.claim(numbers, by: PackageRecord(ecosystem: .generic, name: place.name, version: version))
        }
    }

    /// A runtime's directory, and what its name tells.
    struct Place: Hashable {
        var name: String
        var version: String?
        var directory: String
    }

    /// Finds the runtime that a path is in; nil for other paths.
    static func place(of path: PathText) -> Place? {
        for (marker, language) in managers {
            guard let start = path.lastPlace(of: marker) else { continue }
            var parts = path.bytes[(start + marker.count)...].split(separator: UInt8(ascii: "/")).map {
                String(decoding: $0, as: UTF8.self)
            }
            var directory = String(decoding: path.bytes[..<(start + marker.count)], as: UTF8.self)
            var name = language
            if name.isEmpty, !parts.isEmpty {
                name = parts.removeFirst()
                directory += name + "/"
            }
            guard parts.count > 1, let version = parts.first else { return nil }
            let number = version.first == "v" ? String(version.dropFirst()) : version
            // pyenv's virtual environments stand among its versions.
            if name == "python", number.first?.isNumber != true { return nil }
            return Place(name: name, version: number, directory: directory + version)
        }
        for parent in ["/usr/lib/jvm/", "/opt/"] {
            guard let directory = path.component(below: parent), RuntimePrefixes.isRuntime(path) else {
                continue
            }
            let split = MavenCoordinates.split(fileName: directory + ".")
            let name = split?.artifact ?? directory
            return Place(name: name, version: split?.version, directory: parent + directory)
        }
        return usrLocal(path)
    }

    private static func usrLocal(_ path: PathText) -> Place? {
        if path.component(below: "/usr/local/go/") != nil {
            return Place(name: "go", version: nil, directory: "/usr/local/go")
        }
        guard RuntimePrefixes.isRuntime(path),
            let file = path.component(below: "/usr/local/lib/") ?? path.component(below: "/usr/local/bin/")
        else { return nil }
        let name = file.hasPrefix("lib") ? String(file.dropFirst(3)) : file
        if name.hasPrefix("python") {
            let version = name.dropFirst("python".count).prefix { $0.isNumber || $0 == "." }
            let parts = version.split(separator: ".").prefix(2).joined(separator: ".")
            guard parts.contains(".") else { return nil }
            return Place(name: "python", version: parts, directory: "/usr/local/include/python\(parts)")
        }
        if name == "node" { return Place(name: "node", version: nil, directory: "/usr/local/include/node") }
        return nil
    }

    // MARK: - Versions

    /// Asks the runtime's own files; else its directory's name tells.
    private func version(_ place: Place) -> String? {
        if let release = text(place.directory + "/release") {
            // A JDK's `release` has the form of os-release(5): JAVA_VERSION="17.0.9".
            if let version = OSRelease.parse(release)["JAVA_VERSION"] { return version }
        }
        switch place.name {
        case "python": return defined("PY_VERSION", in: place.directory + "/patchlevel.h") ?? place.version
        case "go": return text(place.directory + "/VERSION").flatMap(Self.goVersion) ?? place.version
        case "node":
            let header = place.directory + "/node_version.h"
            let numbers = ["MAJOR", "MINOR", "PATCH"].compactMap { defined("NODE_\($0)_VERSION", in: header) }
            return numbers.count == 3 ? numbers.joined(separator: ".") : place.version
        default: return place.version
        }
    }

    private static func goVersion(_ text: String) -> String? {
        guard text.hasPrefix("go") else { return nil }
        return String(text.dropFirst(2).prefix { !$0.isWhitespace })
    }

    /// Finds `#define NAME value` in a C header.
    private func defined(_ name: String, in path: String) -> String? {
        for line in text(path)?.split(separator: "\n") ?? [] {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count >= 3, words[0] == "#define", words[1] == name {
                return String(words[2].filter { $0 != "\"" })
            }
        }
        return nil
    }

    private func text(_ path: String) -> String? {
        tree.prefix(path, limit: 1 << 16).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Directories above versions, and the language; where that is empty the next component names it.
    private static let managers: [(marker: [UInt8], language: String)] = [
        ("/.pyenv/versions/", "python"), ("/.nvm/versions/node/", "node"), ("/.nodenv/versions/", "node"),
        ("/.rbenv/versions/", "ruby"), ("/.rvm/rubies/", "ruby"), ("/.rustup/toolchains/", "rust"),
        ("/.goenv/versions/", "go"), ("/.plenv/versions/", "perl"), ("/.phpenv/versions/", "php"),
        ("/.fnm/node-versions/", "node"), ("/.volta/tools/image/", ""), ("/.asdf/installs/", ""),
        ("/.local/share/mise/installs/", ""), ("/.sdkman/candidates/", ""),
    ].map { (Array($0.0.utf8), $0.1) }
}

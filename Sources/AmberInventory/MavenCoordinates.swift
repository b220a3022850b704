/// Group, artifact and version of a Java archive.
struct MavenCoordinates: Hashable {
    /// The group; nil where nothing tells it.
    var group: String?
    /// The artifact.
    var artifact: String
    /// The version.
    var version: String

    /// `group:artifact`, or the artifact alone.
    var name: String { group.map { "\($0):\(artifact)" } ?? artifact }

    init(group: String?, artifact: String, version: String) {
        self.group = group
        self.artifact = artifact
        self.version = version
    }

    /// Reads a `pom.properties`, which Maven writes into every archive that it builds.
    init?(properties text: String) {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where line.first != "#" {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[Self.trimmed(line[..<equals])] = Self.trimmed(line[line.index(after: equals)...])
        }
        guard let artifact = values["artifactId"], !artifact.isEmpty else { return nil }
        self.init(
            group: values["groupId"].flatMap(Self.some), artifact: artifact, version: values["version"] ?? "")
    }

    /// Reads the layout of a repository: `…/repository/GROUP/ARTIFACT/VERSION/FILE` as Maven has it, or Gradle's
    /// `…/files-2.1/GROUP/ARTIFACT/VERSION/HASH/FILE`.
    init?(path: [UInt8]) {
        let parts = PathText(path).components.map { String(decoding: $0, as: UTF8.self) }
        if let place = parts.lastIndex(of: "files-2.1"), place + 5 < parts.count {
            self.init(group: parts[place + 1], artifact: parts[place + 2], version: parts[place + 3])
            return
        }
        let last = parts.count - 1
        guard
            let place = parts.lastIndex(where: { $0 == "repository" || $0 == "maven-repo" || $0 == "maven2" }
            ),
            place + 4 < parts.count, parts[last].hasPrefix("\(parts[last - 2])-\(parts[last - 1])")
        else { return nil }
        self.init(
            group: parts[(place + 1)..<(last - 2)].joined(separator: "."), artifact: parts[last - 2],
            version: parts[last - 1])
    }

    /// Puts together what a manifest and the file's name tell; nil where neither knows a version.
    init?(manifest: [String: String], fileName: String) {
        let named = Self.split(fileName: fileName)
        let version = named?.version ?? manifest["Implementation-Version"] ?? manifest["Bundle-Version"]
        let symbolic = manifest["Bundle-SymbolicName"].map { String($0.prefix { $0 != ";" }) }
        let title = manifest["Implementation-Title"].flatMap { $0.contains(" ") ? nil : $0 }
        guard let version = version.flatMap(Self.some),
            let artifact = (named?.artifact ?? title ?? symbolic).flatMap(Self.some)
        else { return nil }
        let vendor = manifest["Implementation-Vendor-Id"].flatMap { $0.contains(" ") ? nil : Self.some($0) }
        self.init(group: vendor, artifact: artifact, version: version)
    }

    /// Reads the main section of a manifest; a line that starts with a space goes on the one before it.
    ///
    /// Source: JAR File Specification, "JAR Manifest".
    static func manifest(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        var key: String?
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.isEmpty { break }
            if line.first == " " {
                if let key { values[key, default: ""] += line.dropFirst() }
                continue
            }
            guard let colon = line.firstIndex(of: ":") else { continue }
            key = String(line[..<colon])
            values[String(line[..<colon])] = trimmed(line[line.index(after: colon)...])
        }
        return values
    }

    /// Splits `commons-lang3-3.12.0.jar` before the first `-` that a digit follows.
    static func split(fileName: String) -> (artifact: String, version: String)? {
        let stem = stem(fileName)
        var place = stem.startIndex
        while let dash = stem[place...].firstIndex(of: "-") {
            let after = stem.index(after: dash)
            if dash != stem.startIndex, after < stem.endIndex, stem[after].isASCII, stem[after].isNumber {
                return (String(stem[..<dash]), String(stem[after...]))
            }
            place = after
        }
        return nil
    }

    static func stem(_ fileName: String) -> Substring {
        fileName.lastIndex(of: ".").map { fileName[..<$0] } ?? fileName[...]
    }

    private static func some(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

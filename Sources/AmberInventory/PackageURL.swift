import AmberModel

/// The package URL (purl) of a package: `pkg:deb/debian/coreutils@9.1-1?arch=amd64&distro=debian-12`.
///
/// Source: ECMA-427 (Package-URL specification) and its type definitions, https://github.com/package-url/purl-spec.
struct PackageURL: Hashable, CustomStringConvertible {
    /// The type: `deb`, `npm`.
    var type: String
    /// Segments between type and name.
    var namespace: [String] = []
    /// The name.
    var name: String
    /// The version; empty for none.
    var version: String
    /// The qualifiers; empty values are left out.
    var qualifiers: [String: String] = [:]

    /// Makes the URL of a package; `distribution` holds the keys of os-release(5).
    init(_ package: PackageRecord, distribution: [String: String] = [:]) {
        type = package.ecosystem.rawValue
        name = package.name
        version = package.version
        switch package.ecosystem {
        case .deb, .apk, .rpm:
            namespace = package.namespace.map { [$0.lowercased()] } ?? []
            if package.ecosystem != .rpm { name = name.lowercased() }
            qualifiers["arch"] = package.architecture
            qualifiers["distro"] = Self.distro(distribution)
            if package.ecosystem == .rpm { moveEpoch() }
        case .pypi:
            name = Self.normalizedPythonName(name)
        case .npm:
            let parts = name.lowercased().split(separator: "/", maxSplits: 1).map(String.init)
            if parts.count == 2 {
                (namespace, name) = ([parts[0]], parts[1])
            } else {
                name = name.lowercased()
            }
        case .maven:
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            // Maven had artifacts of their own group before groups were dotted: `junit:junit`.
            if parts.count == 2 { (namespace, name) = ([parts[0]], parts[1]) } else { namespace = [name] }
        case .golang:
            var segments = name.lowercased().split(separator: "/").map(String.init)
            name = segments.popLast() ?? name
            namespace = segments
        case .generic:
            break
        }
    }

    /// The canonical text.
    var description: String {
        var text = "pkg:" + type
        for segment in namespace where !segment.isEmpty { text += "/" + Self.encode(segment) }
        text += "/" + Self.encode(name)
        if !version.isEmpty { text += "@" + Self.encode(version) }
        let pairs = qualifiers.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
        if !pairs.isEmpty {
            text += "?" + pairs.map { "\($0.key)=\(Self.encode($0.value))" }.joined(separator: "&")
        }
        return text
    }

    /// PEP 503: lower case, and one `-` for each run of `-`, `_` and `.`.
    static func normalizedPythonName(_ name: String) -> String {
        var result = ""
        for character in name.lowercased() {
            guard "-_.".contains(character) else {
                result.append(character)
                continue
            }
            if result.last != "-" { result.append("-") }
        }
        return result
    }

    /// `debian-12`, from os-release(5).
    private static func distro(_ distribution: [String: String]) -> String? {
        guard let name = distribution["ID"] else { return nil }
        return distribution["VERSION_ID"].map { "\(name)-\($0)" } ?? name
    }

    /// rpm's epoch is a qualifier, where dpkg's is a part of the version (purl-spec, `types/rpm-definition.json`).
    private mutating func moveEpoch() {
        guard let colon = version.firstIndex(of: ":"), version[..<colon].allSatisfy(\.isNumber) else {
            return
        }
        if version[..<colon] != "0" { qualifiers["epoch"] = String(version[..<colon]) }
        version = String(version[version.index(after: colon)...])
    }

    /// Percent-encodes everything but letters, digits and `.-_~:`; the colon stays in every part (ECMA-427, 5.4).
    private static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return result
    }
}

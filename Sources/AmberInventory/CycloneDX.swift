package import AmberModel

/// Writes packages as a software bill of materials, CycloneDX 1.6 JSON.
///
/// Source: ECMA-424, https://cyclonedx.org/docs/1.6/json/ and `bom-1.6.schema.json`; the keys are the schema's.
package enum CycloneDX {
    /// Why there is no bill.
    package enum Failure: Error, Hashable {
        /// The serial number is no UUID in RFC 4122's lower-case text form.
        case malformedSerialNumber
    }

    /// Encodes the bill of a run; the same arguments give the same bytes.
    ///
    /// - Parameters:
    ///   - packages: What the run used.
    ///   - title: Name of the run, as in `bundle.json`.
    ///   - created: RFC 3339 time in UTC, `2026-11-23T01:38:15Z`.
    ///   - amberVersion: Version of Amber.
    ///   - serialNumber: A UUID (RFC 4122) of this bill, lower case, without `urn:uuid:`.
    ///   - distribution: The keys of os-release(5); names the operating system and qualifies its packages' URLs.
    /// - Returns: UTF-8 text with a newline at its end.
    /// - Throws: `CycloneDX.Failure` for a serial number that the schema would refuse.
    package static func encode(
        _ packages: [PackageRecord], title: String, created: String, amberVersion: String,
        serialNumber: String,
        distribution: [String: String] = [:]
    ) throws -> [UInt8] {
        guard isUUID(serialNumber) else { throw Failure.malformedSerialNumber }
        // What surrounds a file takes about 110 bytes, what surrounds a package about 500.
        let size = packages.reduce(4096) { $0 + $1.files.reduce(500) { $0 + $1.count + 110 } }
        var text = JSONText(capacity: size)
        text.object { bill in
            bill.member("bomFormat", "CycloneDX")
            bill.member("specVersion", "1.6")
            bill.member("serialNumber", "urn:uuid:" + serialNumber)
            bill.member("version", 1)
            bill.object("metadata") { metadata in
                metadata.member("timestamp", created)
                // What was seen in operation, not what was declared at build time.
                metadata.array("lifecycles") { $0.object { $0.member("phase", "operations") } }
                metadata.object("tools") { tools in
                    tools.array("components") {
                        write(Component(type: "application", name: "amber", version: amberVersion), to: &$0)
                    }
                }
                metadata.object("component") { run in
                    run.member("type", "application")
                    run.member("bom-ref", "run")
                    run.member("name", title.isEmpty ? "run" : title)
                }
            }
            bill.array("components") { write(packages, distribution, to: &$0) }
        }
        text.finish()
        return text.bytes
    }

    private static func write(
        _ packages: [PackageRecord], _ distribution: [String: String], to list: inout JSONText
    ) {
        if let name = distribution["ID"], !name.isEmpty {
            write(
                Component(
                    type: "operating-system", name: name, version: distribution["VERSION_ID"],
                    reference: "operating-system", description: distribution["PRETTY_NAME"]), to: &list)
        }
        var references: [String: Int] = [:]
        for package in packages {
            let url = PackageURL(package, distribution: distribution).description
            let count = references[url, default: 0] + 1
            references[url] = count
            // Two names that are one in a URL (`Foo.Bar`, `foo-bar`) need two references: a bill's are unique.
            write(Component(package, url: url, reference: count == 1 ? url : "\(url)#\(count)"), to: &list)
        }
    }

    private static func write(_ component: Component, to list: inout JSONText) {
        list.object { text in
            text.member("type", component.type)
            text.member("bom-ref", component.reference)
            text.member("group", component.group)
            text.member("name", component.name)
            text.member("version", component.version)
            text.member("description", component.description)
            text.member("purl", component.url)
            guard component.source != nil || !component.files.isEmpty else { return }
            text.array("properties") { properties in
                func property(_ name: String, _ value: String) {
                    properties.object {
                        $0.member("name", name)
                        $0.member("value", value)
                    }
                }
                if let source = component.source { property("dev.amber:source", source) }
                for file in component.files { property("dev.amber:file", file.description) }
            }
        }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && text.utf8.allSatisfy { "0123456789abcdef-".utf8.contains($0) }
    }

    /// One component of the bill.
    private struct Component {
        var type: String
        var group: String?
        var name: String
        var version: String?
        var reference: String?
        var description: String?
        var url: String?
        var source: String?
        var files: [ByteString] = []

        init(
            type: String, name: String, version: String?, reference: String? = nil, description: String? = nil
        ) {
            self.type = type
            self.name = name
            self.version = version
            self.reference = reference
            self.description = description
        }

        init(_ package: PackageRecord, url: String, reference: String) {
            self.init(type: "library", name: package.name, version: package.version, reference: reference)
            self.url = url
            source = package.source
            files = package.files
            switch package.ecosystem {
            case .maven: split(at: ":")
            case .npm where package.name.hasPrefix("@"): split(at: "/")
            case .generic where !package.name.contains(".so"): type = "application"
            case .deb, .rpm, .apk, .pypi, .npm, .golang, .generic: break
            }
        }

        private mutating func split(at separator: Character) {
            guard let place = name.firstIndex(of: separator), place != name.startIndex else { return }
            group = String(name[..<place])
            name = String(name[name.index(after: place)...])
        }
    }
}

package import AmberModel
import FoundationEssentials

/// Writes packages as a software bill of materials, CycloneDX 1.6 JSON.
///
/// Source: ECMA-424, https://cyclonedx.org/docs/1.6/json/ and `bom-1.6.schema.json`.
package enum CycloneDX {
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
    /// - Throws: `EncodingError`, which these types never cause.
    package static func encode(
        _ packages: [PackageRecord], title: String, created: String, amberVersion: String,
        serialNumber: String,
        distribution: [String: String] = [:]
    ) throws -> [UInt8] {
        let tool = Component(type: .application, name: "amber", version: amberVersion)
        let run = Component(type: .application, name: title.isEmpty ? "run" : title, reference: "run")
        let bill = Bill(
            serialNumber: "urn:uuid:" + serialNumber,
            metadata: Metadata(timestamp: created, tools: Tools(components: [tool]), component: run),
            components: components(packages, distribution))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(bill)) + [10]
    }

    private static func components(
        _ packages: [PackageRecord], _ distribution: [String: String]
    ) -> [Component] {
        var components: [Component] = []
        if let name = distribution["ID"], !name.isEmpty {
            components.append(
                Component(
                    type: .operatingSystem, name: name, version: distribution["VERSION_ID"],
                    description: distribution["PRETTY_NAME"], reference: "operating-system"))
        }
        var references: [String: Int] = [:]
        for package in packages {
            let url = PackageURL(package, distribution: distribution).description
            references[url, default: 0] += 1
            // Two names that are one in a URL (`Foo.Bar`, `foo-bar`) need two references: a bill's are unique.
            let reference = references[url] == 1 ? url : "\(url)#\(references[url] ?? 0)"
            components.append(Component(package, url: url, reference: reference))
        }
        return components
    }

    // MARK: - The document; keys are the specification's

    struct Bill: Encodable {
        var bomFormat = "CycloneDX"
        var specVersion = "1.6"
        var serialNumber: String
        var version = 1
        var metadata: Metadata
        var components: [Component]
    }

    struct Metadata: Encodable {
        var timestamp: String
        /// What was seen in operation, not what was declared at build time.
        var lifecycles = [["phase": "operations"]]
        var tools: Tools
        var component: Component
    }

    struct Tools: Encodable {
        var components: [Component]
    }

    struct Property: Encodable {
        var name: String
        var value: String
    }

    struct Component: Encodable {
        enum Kind: String, Encodable {
            case application, library
            case operatingSystem = "operating-system"
        }

        private enum CodingKeys: String, CodingKey {
            case type, group, name, version, description, purl, properties
            case reference = "bom-ref"
        }

        var type: Kind
        var group: String?
        var name: String
        var version: String?
        var description: String?
        var reference: String?
        var purl: String?
        var properties: [Property]?

        init(
            type: Kind, name: String, version: String? = nil, description: String? = nil,
            reference: String? = nil
        ) {
            self.type = type
            self.name = name
            self.version = version
            self.description = description
            self.reference = reference
        }

        init(_ package: PackageRecord, url: String, reference: String) {
            self.init(type: .library, name: package.name, version: package.version, reference: reference)
            purl = url
            switch package.ecosystem {
            case .maven: split(at: ":")
            case .npm where package.name.hasPrefix("@"): split(at: "/")
            case .generic where !package.name.contains(".so"): type = .application
            case .deb, .rpm, .apk, .pypi, .npm, .golang, .generic: break
            }
            var properties: [Property] = []
            if let source = package.source {
                properties.append(Property(name: "dev.amber:source", value: source))
            }
            for file in package.files {
                properties.append(Property(name: "dev.amber:file", value: file.description))
            }
            if !properties.isEmpty { self.properties = properties }
        }

        private mutating func split(at separator: Character) {
            guard let place = name.firstIndex(of: separator), place != name.startIndex else { return }
            group = String(name[..<place])
            name = String(name[name.index(after: place)...])
        }
    }
}

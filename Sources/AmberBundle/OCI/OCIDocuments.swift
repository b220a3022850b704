import AmberModel
import FoundationEssentials

/// A content descriptor (OCI image-spec descriptor.md).
struct OCIDescriptor: Codable {
    var mediaType: String
    var digest: Digest
    var size: UInt64
    var annotations: [String: String]?
}

/// `oci-layout` (image-layout.md).
struct OCILayout: Codable {
    var imageLayoutVersion: String
}

/// `index.json` (image-index.md).
struct OCIIndex: Codable {
    static let mediaType = "application/vnd.oci.image.index.v1+json"
    var schemaVersion: Int
    var mediaType: String?
    var manifests: [OCIDescriptor]
}

/// A manifest (manifest.md).
struct OCIManifest: Codable {
    static let mediaType = "application/vnd.oci.image.manifest.v1+json"
    var schemaVersion: Int
    var mediaType: String?
    var config: OCIDescriptor
    var layers: [OCIDescriptor]
    var annotations: [String: String]?
}

/// An image configuration (config.md).
struct OCIConfiguration: Codable {
    static let mediaType = "application/vnd.oci.image.config.v1+json"

    struct Execution: Codable {
        var user: String?
        var environment: [String]?
        var command: [String]?
        var workingDirectory: String?
        var labels: [String: String]?

        enum CodingKeys: String, CodingKey {
            case user = "User"
            case environment = "Env"
            case command = "Cmd"
            case workingDirectory = "WorkingDir"
            case labels = "Labels"
        }
    }

    struct RootFileSystem: Codable {
        var type: String
        var diffIDs: [Digest]

        enum CodingKeys: String, CodingKey {
            case type
            case diffIDs = "diff_ids"
        }
    }

    struct History: Codable {
        var created: String?
        var createdBy: String?

        enum CodingKeys: String, CodingKey {
            case created
            case createdBy = "created_by"
        }
    }

    var created: String?
    var architecture: String
    var operatingSystem: String
    var execution: Execution?
    var rootFileSystem: RootFileSystem
    var history: [History]?

    enum CodingKeys: String, CodingKey {
        case created
        case architecture
        case operatingSystem = "os"
        case execution = "config"
        case rootFileSystem = "rootfs"
        case history
    }
}

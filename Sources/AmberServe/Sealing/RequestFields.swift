import AmberHTTP
import AmberModel

/// The fields of recorded messages.
enum RequestFields {
    /// The fields of a request; empty where it is no HTTP.
    static func read(_ bytes: [UInt8]) -> [RequestRecord.Field] {
        ((try? HTTPMessage(request: bytes))?.fields ?? []).map {
            RequestRecord.Field(name: $0.name, value: $0.value)
        }
    }

    /// The fields of a response.
    static func read(response bytes: [UInt8], toHead: Bool) -> [RequestRecord.Field] {
        ((try? HTTPMessage(response: bytes, toHead: toHead))?.fields ?? []).map {
            RequestRecord.Field(name: $0.name, value: $0.value)
        }
    }
}

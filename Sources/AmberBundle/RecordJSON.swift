import FoundationEssentials

/// How record files are written as JSON: keys in order, so that equal values are equal bytes.
package enum RecordJSON {
    /// One document.
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// One document, indented.
    package static func encodeForPeople(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return Array(try encoder.encode(value))
    }

    /// One line of a `.jsonl` file, with its newline.
    package static func line(_ value: some Encodable) throws -> [UInt8] {
        try encode(value) + [UInt8(ascii: "\n")]
    }

    /// Lines of a `.jsonl` file.
    package static func lines(_ values: some Sequence<some Encodable>) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes: [UInt8] = []
        for value in values {
            bytes.append(contentsOf: try encoder.encode(value))
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// Reads one document or line.
    ///
    /// - Throws: `BundleError` of code `malformed`: not JSON, a wrong type, nested too deeply.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Sequence<UInt8>, subject: String
    ) throws(BundleError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw BundleError(
                .malformed, subject, "its JSON is not what it should be (\(summary(of: error)))",
                remedy: BundleError.fetchAgain, cause: error)
        }
    }

    /// Where and why, without the bundle's own values: they may be secrets.
    private static func summary(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "no JSON" }
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(
                separator: ".")
            return path.isEmpty ? "at the top" : "at \(path)"
        }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context)): no \(key.stringValue)"
        case .typeMismatch(_, let context): return "\(place(context)): wrong type"
        case .valueNotFound(_, let context): return "\(place(context)): null"
        case .dataCorrupted(let context): return "\(place(context)): malformed"
        @unknown default: return "unreadable"
        }
    }
}

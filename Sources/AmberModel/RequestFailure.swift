/// What a service itself says of a request that failed: the error it caught, and what the developer noted.
public struct RequestFailure: Codable, Hashable, Sendable {
    /// The error's type.
    public var type: String?
    /// What it says.
    public var message: String?
    /// Its stack, innermost frame first.
    public var frames: [FailureSignature.Frame]
    /// The service's own id of the request.
    public var id: String?
    /// Notes, as in `Amber.note("order", id)`.
    public var notes: [String: String]

    private enum CodingKeys: String, CodingKey { case type, message, frames, id, notes }

    /// Makes a failure.
    public init(
        type: String? = nil, message: String? = nil, frames: [FailureSignature.Frame] = [], id: String? = nil,
        notes: [String: String] = [:]
    ) {
        self.type = type
        self.message = message
        self.frames = frames
        self.id = id
        self.notes = notes
    }

    /// Reads one; everything may be missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = try container.decodeIfPresent(String.self, forKey: .type)
        message = try container.decodeIfPresent(String.self, forKey: .message)
        frames = try container.decodeIfPresent([FailureSignature.Frame].self, forKey: .frames) ?? []
        id = try container.decodeIfPresent(String.self, forKey: .id)
        notes = try container.decodeIfPresent([String: String].self, forKey: .notes) ?? [:]
    }
}

extension FailureSignature {
    /// The signature with what the service itself said, which is surer than what a log says.
    public func telling(_ failure: RequestFailure?) -> FailureSignature {
        guard let failure, failure.type != nil else { return self }
        var signature = self
        signature.type = failure.type
        signature.message = failure.message
        signature.frames = failure.frames
        return signature
    }
}

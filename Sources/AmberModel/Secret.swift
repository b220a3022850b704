/// A value that must not reach a log or a screen by accident; `description` hides it.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible {
    /// The value, for code that has a reason to see it.
    public let exposed: Value

    /// Wraps a value.
    public init(_ value: Value) { self.exposed = value }

    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
}

/// The version of the bundle format, counted from 1; a reader accepts every older one.
public struct FormatVersion: RawRepresentable, Codable, Hashable, Comparable, Sendable {
    /// The number as it stands in `bundle.json`.
    public let rawValue: Int

    /// Wraps a number read from a bundle.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The version that this Amber writes.
    public static let current = FormatVersion(rawValue: 1)

    /// Orders by age.
    public static func < (left: FormatVersion, right: FormatVersion) -> Bool {
        left.rawValue < right.rawValue
    }
}

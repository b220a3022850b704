/// The version of this Amber.
public enum AmberVersion {
    /// Semantic version, semver.org.
    public static let current = "0.1.0"
}

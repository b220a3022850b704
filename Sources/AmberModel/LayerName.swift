/// The layers of a bundle, in the order in which they are stacked: what changes least lies lowest.
public enum LayerName: String, Codable, CaseIterable, Sendable {
    /// Files that the operating system's packages own.
    case system
    /// Language runtimes and their packages.
    case runtime
    /// The program's own code.
    case app
    /// State, data and configuration.
    case inputs
    /// Amber's own record, below `/.amber`.
    case record
}

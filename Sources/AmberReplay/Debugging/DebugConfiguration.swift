public import AmberModel

/// Which process of a bundle to debug, with what.
public struct DebugConfiguration: Sendable {
    /// Where the debugger takes over.
    public enum Point: String, Sendable, CaseIterable {
        /// Before the first instruction of the program.
        case start
        /// Where the recorded failure happens.
        case failure
    }

    /// The replay that is debugged: bundle, changes.
    public var replay: ReplayConfiguration
    /// The debugger's name; nil takes the one for the recorded runtime.
    public var debugger: Debugger?
    /// Where it takes over.
    public var point = Point.failure
    /// Position of the process in the recorded tree, such as `1.2`; nil takes the process that failed.
    public var process: String?
    /// A directory of this machine with the sources.
    public var sourceDirectory: String?
    /// Port of 127.0.0.1 on which a client of the Debug Adapter Protocol is served; nil for the debugger's own prompt.
    public var adapterPort: UInt16?
    /// Directory whose `.vscode/launch.json` gets an entry that attaches; nil for none.
    public var editorDirectory: String?
    /// Further arguments of the debugger, after Amber's own.
    public var arguments: [ByteString] = []
    /// Told what to type, and what is lacking.
    public var notice: @Sendable (String) -> Void = { _ in }

    /// Makes a configuration with the defaults above.
    public init(replay: ReplayConfiguration) { self.replay = replay }
}

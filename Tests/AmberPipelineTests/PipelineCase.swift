import AmberModel
import AmberTestSupport

/// A real failing run: what it needs, how it fails, and what cures it.
struct PipelineCase: Sendable {
    /// What is changed so that the failure goes away.
    enum Cure: Sendable {
        /// A file below the place, or anywhere, gets this text.
        case file(String, String)
        /// An environment entry, `KEY=value`.
        case set(String)
        /// An environment entry goes away.
        case unset(String)
    }

    /// Text by path below the place. `@PLACE@` stands for the place.
    var files: [String: String] = [:]
    /// Shell commands that complete the place: compile, install, link.
    var preparation: String?
    /// The command; `@PLACE@` stands for the place.
    var command: [ByteString]
    /// Shell commands before the command, in the same process: limits, umask, directory.
    var setting: String?
    /// Entries beyond what every user has.
    var environment: [String] = []
    /// Standard input.
    var input = TestProgram.Input.none
    /// The user who runs the command; nil for the caller.
    var user: String?
    /// The user who replays; nil for the caller.
    var replayUser: String?
    /// More options of `amber capture`.
    var options: [ByteString] = []
    /// The runtime that the signature names.
    var runtime: String?
    /// The exception's type that the signature names.
    var type: String?
    /// Output differs from run to run by its nature: `reproduced` is all that can be asked for.
    var isVarying = false
    /// What cures it.
    var cure: Cure
    /// What a cured replay is.
    var cured = Verdict.Kind.noFailure
}

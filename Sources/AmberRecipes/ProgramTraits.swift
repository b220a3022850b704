package import AmberModel

/// What tells on which runtime a program runs: its name, and what its file and the files beside it say.
package struct ProgramTraits: Hashable, Sendable {
    /// The executable, after symbolic links.
    package var executable: ByteString
    /// What it was started with, its own name first.
    package var arguments: [ByteString]
    /// The programs that a script's first line names: `python3` of `#!/usr/bin/env -S python3 -u`.
    package var interpreters: [[UInt8]] = []
    /// Names of the ELF file's sections.
    package var sections: [String] = []
    /// Owners of its notes: `Go`, `GNU`.
    package var notes: [String] = []
    /// What compilers and linkers wrote into its `.comment` section.
    package var comments: [String] = []
    /// The libraries that it needs (DT_NEEDED).
    package var libraries: [String] = []
    /// Names of the files in its directory.
    package var neighbours: [[UInt8]] = []

    /// The traits that need no look at files.
    package init(executable: ByteString, arguments: [ByteString]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// The last components of the executable's path and of the name that it was given.
    var names: [[UInt8]] {
        ([executable] + arguments.prefix(1)).map { ProgramTraits.lastComponent($0.bytes) }
    }

    /// What stands behind the last slash of a path.
    static func lastComponent(_ path: [UInt8]) -> [UInt8] {
        Array(path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
    }
}

package import AmberModel

/// What Amber knows about one runtime, read from `Recipes/NAME/recipe.yaml`.
package struct Recipe: Hashable, Sendable {
    /// How to tell that a program runs on this runtime.
    package struct Recognition: Hashable, Sendable {
        /// Names of executables, without directories: `python3*`.
        package var executables: [Glob] = []
        /// Names of scripts that are executed themselves: `*.py`.
        package var scripts: [Glob] = []
        /// Names of sections of its ELF file: `.go.buildinfo`.
        package var sections: [Glob] = []
        /// Owners of its ELF notes: `Go`.
        package var notes: [Glob] = []
        /// What stands in its `.comment` section: `rustc *`.
        package var comments: [Glob] = []
        /// Libraries that it needs: `libstdc++.so*`.
        package var libraries: [Glob] = []
        /// Files beside it: `package.json`.
        package var neighbours: [Glob] = []
    }

    /// What goes into a bundle although the run did not touch it.
    package struct Enrichment: Hashable, Sendable {
        /// Directories of the runtime: those above touched files that match.
        package var directories: [Glob] = []
        /// Names below them.
        package var files: [String] = []
        /// Files anywhere, as absolute paths whose components may be globs.
        package var paths: [String] = []
        /// Names of lock files, in the directories of the program and of its work, and above them.
        package var locks: [String] = []
        /// Most bytes of separate debug files that are added for the executables and libraries of the run.
        package var symbolBudget: UInt64 = 0
    }

    /// Something that is looked at after a failure: it changes nothing, and its answer goes into the bundle.
    package struct Probe: Hashable, Sendable {
        /// What is looked at.
        package enum Look: Hashable, Sendable {
            /// Files of the kernel, as absolute paths whose last components may be globs.
            case files([String])
            /// A program and its arguments; `{program}` for the runtime's own executable.
            case command([String])
        }

        /// What people call it.
        package var name: String
        package var look: Look
        /// After this many seconds a command is killed.
        package var seconds: Int
    }

    /// A worked example: a small program that fails, and what Amber is to make of it.
    package struct Example: Hashable, Sendable {
        /// Files beside the recipe.
        package var files: [String] = []
        /// A shell line that builds it; nil where nothing is built.
        package var preparation: String?
        /// What is run, by the shell, in the files' directory.
        package var command = ""
        /// The type that the signature must have; nil for one without.
        package var type: String?
        /// Arguments of the debugger; empty for no session.
        package var debuggerArguments: [String] = []
        /// What the session must show.
        package var shows = ""
    }

    /// The recipe's name, as it stands in a signature: `python`.
    package let name: String
    /// The runtime's name for people.
    package let title: String
    /// How to recognise it.
    package let recognition: Recognition
    /// The forms in which it reports failures; the first that fits wins.
    package let shapes: [FailureShape]
    /// Lines that may follow a failure without meaning that the program lived on: `make: *** …`.
    package let trailers: [Pattern]
    /// Frames whose file matches have no line in a signature, because it changes with the runtime's patch level.
    package let unnumberedFrames: [Glob]
    /// Rules for the functions and files of frames.
    package let frameRules: [NormalisationRule]
    /// Rules for messages and outputs.
    package let normalisation: [NormalisationRule]
    /// Paths that belong to the runtime, not to the application.
    package let runtimePaths: [Glob]
    /// Environment variables that hold secrets, as globs without case.
    package let secretNames: [Glob]
    /// Files that are never stored.
    package let secretPaths: [Glob]

    /// The debugger for programs of this runtime: `gdb`, `pdb`; nil where the recipe names none.
    package let debugger: String?
    /// Arguments that the debugger needs for programs of this runtime.
    package let debuggerArguments: [String]
    /// Files that a debugger needs beside what the run touched.
    package let enrichment: Enrichment
    /// What is looked at after a failure.
    package let probes: [Probe]
    /// What `amber recipes test` runs; nil for a recipe without an example.
    package let example: Example?
    /// Functions in which a failure of this runtime begins, for a native debugger to stop in.
    package let stops: [String]

    /// Tells whether a file belongs to the runtime's layer.
    package func isRuntimePath(_ path: ByteString) -> Bool {
        runtimePaths.contains { $0.matches(path.bytes) }
    }
}

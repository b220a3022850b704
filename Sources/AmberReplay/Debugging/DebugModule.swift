import AmberKernel
import AmberModel
import AmberRecipes

/// A file of ours that a runtime loads before the program, and that brings its debugger: how it comes in, and what it
/// is told, both through the environment.
///
/// The module takes its variables out again, so that the program and its children see the recorded ones.
struct DebugModule: Sendable {
    /// Directory of the module inside the sandbox.
    static let directory = "/.amber-debug"
    /// The descriptors that a console's module reads from and writes to, inside.
    static let descriptors: (input: Int32, output: Int32) = (210, 211)

    /// A variable that makes the runtime load the module; what was recorded stays in force behind `value`.
    struct Variable: Sendable {
        var name: String
        var value: String
        /// What joins the recorded value to ours; nil where ours replaces it.
        var separator: String?
    }

    /// Its name inside.
    let file: String
    /// Its text, from `Recipes/`.
    let text: String
    let variables: [Variable]
    /// Further files beside it, by name.
    var companions: [(name: String, text: String)] = []

    /// Entries for the environment of the program, to be set.
    ///
    /// - Parameters:
    ///   - run: What was recorded.
    ///   - replay: What the caller changes about it.
    ///   - settings: What the module is told, as `AMBER_DEBUG_NAME`.
    /// - Returns: Entries as `NAME=value`.
    func environment(
        of run: RunRecord, _ replay: ReplayConfiguration, settings: [(name: String, value: [UInt8])]
    ) -> [ByteString] {
        var entries = settings.map { entry("AMBER_DEBUG_\($0.name)", $0.value) }
        for variable in variables {
            let recorded = Self.value(of: variable.name, run, replay)
            if let recorded { entries.append(entry("AMBER_DEBUG_\(variable.name)", recorded)) }
            var value = Array(variable.value.utf8)
            if let separator = variable.separator, let recorded, !recorded.isEmpty {
                value += Array(separator.utf8) + recorded
            }
            entries.append(entry(variable.name, value))
        }
        return entries
    }

    /// Puts the module, and the file that only its process may open, into the layer above the bundle's.
    func install(in layer: String) throws(SyscallError) {
        let directory = layer + Self.directory
        try Files.makeDirectory(KernelPath(directory), mode: 0o755)
        for (name, text) in [(name: file, text: text), (name: "target", text: "")] + companions {
            let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.exclusive
            let file = try Files.open(KernelPath(directory + "/" + name), flags, mode: 0o644)
            try Files.writeAll(file.number, Array(text.utf8))
            try Files.setMode(file.number, 0o644)
        }
    }

    /// The value of a variable as the program would have it; nil where it is not set.
    static func value(of name: String, _ run: RunRecord, _ replay: ReplayConfiguration) -> [UInt8]? {
        let prefix = Array("\(name)=".utf8)
        let isRemoved = replay.removedEnvironment.contains(ByteString(name))
        let entries = replay.environment + (isRemoved ? [] : run.environment)
        return entries.first { $0.bytes.starts(with: prefix) }.map { Array($0.bytes.dropFirst(prefix.count)) }
    }

    private func entry(_ name: String, _ value: [UInt8]) -> ByteString {
        ByteString(Array("\(name)=".utf8) + value)
    }
}

extension Debugger {
    /// What brings this debugger into the sandbox; nil for debuggers of this machine.
    var module: DebugModule? {
        let place = DebugModule.directory
        switch self {
        case .gdb, .lldb, .go, .java: return nil
        case .pdb:
            return DebugModule(
                file: "sitecustomize.py", text: RecipeLibrary.text(of: "python/sitecustomize.py"),
                variables: [.init(name: "PYTHONPATH", value: place, separator: ":")])
        case .node:
            return DebugModule(
                file: "debug.js", text: RecipeLibrary.text(of: "node/debug.js"),
                variables: [.init(name: "NODE_OPTIONS", value: "--require \(place)/debug.js", separator: " ")]
            )
        case .perl:
            return DebugModule(
                file: "debug.pl", text: RecipeLibrary.text(of: "perl/debug.pl"),
                variables: [
                    .init(name: "PERL5OPT", value: "-d", separator: " "),
                    .init(name: "PERL5DB", value: "BEGIN { require '\(place)/debug.pl' }"),
                ])
        case .ruby:
            return DebugModule(
                file: "debug.rb", text: RecipeLibrary.text(of: "ruby/debug.rb"),
                variables: [.init(name: "RUBYOPT", value: "-r\(place)/debug.rb", separator: " ")])
        case .php:
            // An empty first directory is the one that PHP was built with.
            return DebugModule(
                file: "debug.php", text: RecipeLibrary.text(of: "php/debug.php"),
                variables: [.init(name: "PHP_INI_SCAN_DIR", value: ":\(place)", separator: ":")],
                companions: [("zz-amber.ini", phpSettings)])
        case .bash:
            return DebugModule(
                file: "debug.bash", text: RecipeLibrary.text(of: "bash/debug.bash"),
                variables: [.init(name: "BASH_ENV", value: "\(place)/debug.bash")])
        }
    }

    /// What every PHP inside reads; only the process that is debugged has the prompt (php.ini directives, PHP manual).
    private var phpSettings: String {
        "auto_prepend_file=\(DebugModule.directory)/debug.php\nzend.exception_ignore_args=0\n"
    }
}

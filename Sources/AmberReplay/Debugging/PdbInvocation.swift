import AmberKernel
import AmberModel

/// How pdb comes into a Python run: a module ahead of PYTHONPATH, and what it is told through the environment.
struct PdbInvocation {
    private let point: DebugConfiguration.Point
    /// Commands that pdb carries out first.
    private let commands: [ByteString]

    /// Takes what the caller gave the debugger: `-c COMMAND`, as pdb itself has it.
    ///
    /// - Throws: `ReplayError`: anything else.
    init(_ configuration: DebugConfiguration) throws {
        point = configuration.point
        var commands: [ByteString] = []
        var rest = configuration.arguments[...]
        while let word = rest.popFirst() {
            guard word.description == "-c", let command = rest.popFirst() else {
                throw ReplayError(
                    .debugger, "pdb does not take '\(word)' here",
                    remedy: "Give it commands, as in: amber debug FILE -- -c 'p name' -c quit")
            }
            commands.append(command)
        }
        self.commands = commands
    }

    /// Entries for the environment of the program.
    func environment(of run: RunRecord, _ replay: ReplayConfiguration) -> [ByteString] {
        let name = Array("PYTHONPATH=".utf8)
        let recorded = (replay.environment + run.environment).first { $0.bytes.starts(with: name) }.map {
            Array($0.bytes.dropFirst(name.count))
        }
        var path = name + Array(PdbDriver.directory.utf8)
        if let recorded, !recorded.isEmpty { path += [UInt8(ascii: ":")] + recorded }
        let lines = Array(commands.map(\.bytes).joined(separator: [UInt8(ascii: "\n")]))
        var entries = [
            ByteString(path), ByteString("AMBER_DEBUG_POINT=\(point.rawValue)"),
            ByteString(Array("AMBER_DEBUG_COMMANDS=".utf8) + lines),
        ]
        if let recorded { entries.append(ByteString(Array("AMBER_DEBUG_PYTHONPATH=".utf8) + recorded)) }
        return entries
    }

    /// Puts the module into the layer above the bundle's.
    func install(in layer: String) throws(SyscallError) {
        let directory = layer + PdbDriver.directory
        try Files.makeDirectory(KernelPath(directory), mode: 0o755)
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.exclusive
        let file = try Files.open(KernelPath(directory + "/sitecustomize.py"), flags, mode: 0o644)
        try Files.writeAll(file.number, Array(PdbDriver.module.utf8))
        try Files.setMode(file.number, 0o644)
    }
}

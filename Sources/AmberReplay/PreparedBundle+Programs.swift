import AmberBundle
import AmberKernel
import AmberModel
import AmberRecipes

extension PreparedBundle {
    /// What the command became, and what is known of it, as the capture knew it.
    var program: ProgramTraits {
        // The first process's record stands first.
        let name = "processes.jsonl"
        guard let file = try? Files.open(KernelPath("\(recordDirectory)/\(name)"), Files.Flag.readOnly),
            let first = (try? ByteSource(descriptor: file.number))?.read(0, 4 << 20).prefix(while: {
                $0 != 0x0A
            }),
            let process = try? RecordJSON.decode(ProcessRecord.self, from: Array(first), subject: name),
            let program = process.programs.last
        else { return ProgramTraits(executable: run.executable, arguments: run.arguments, below: roots) }
        return traits(of: program)
    }

    /// What is known of a recorded program, out of the bundle's own files.
    func traits(of program: ProcessRecord.Program) -> ProgramTraits {
        ProgramTraits(executable: program.path, arguments: program.arguments, below: roots)
    }

    /// Placeholders come last: they have the names beside a program, and no content.
    private var roots: [String] { layers + [placeholders] }
}

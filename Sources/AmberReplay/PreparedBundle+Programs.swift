import AmberBundle
import AmberKernel
import AmberModel
import AmberRecipes

extension PreparedBundle {
    /// What the command became, and what is known of it, as the capture knew it.
    var program: ProgramTraits {
        // The first process's record stands first.
        let name = "processes.jsonl"
        guard let file = try? record.open(name),
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

    /// The signature with functions where only modules were told, out of the bundle's own files.
    func naming(_ signature: FailureSignature) -> FailureSignature {
        guard FrameSymbols.isLacking(in: signature) else { return signature }
        return FrameSymbols.naming(signature) { name in
            var path: [UInt8]?
            let end = Array("/\(name)".utf8)
            try? reader.forEachFile { file in
                if path == nil, file.layer != nil, file.path.bytes.suffix(end.count).elementsEqual(end) {
                    path = file.path.bytes
                }
            }
            guard let path else { return nil }
            for layer in layers {
                guard let tree = try? Files.open(KernelPath(layer), Files.Flag.path | Files.Flag.directory),
                    let file = try? Files.openBeneath(
                        KernelPath(Array(path.dropFirst())), Files.Flag.readOnly | Files.Flag.nonBlocking,
                        in: tree.number),
                    let status = try? Files.status(of: file.number), status.isRegular
                else { continue }
                return file
            }
            return nil
        }
    }

    /// Placeholders come last: they have the names beside a program, and no content.
    private var roots: [String] { layers + [placeholders] }
}

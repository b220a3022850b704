import AmberKernel
import AmberModel
import AmberRecipes
import AmberSupervisor

extension Sealing {
    /// What the command became by its last exec, and what its file and the files beside it say of its runtime.
    var program: ProgramTraits {
        let absolute = PathJoin.absolute(executable, in: circumstances.workingDirectory)
        let last = observation.processes.entries.first?.record.programs.last
        return ProgramTraits(
            executable: last?.path ?? ByteString(absolute),
            arguments: last?.arguments ?? configuration.arguments, below: ["/"])
    }

    /// The recipes of what failed: of the runtime that said so, and of every process on the way from the command to the
    /// failure; where a signal ended the run, of native code.
    func failing(_ recipes: [Recipe], _ signature: FailureSignature, _ program: ProgramTraits) -> [Recipe] {
        guard !run.outcome.isSuccess else { return [] }
        var names: Set<String> = [signature.runtime ?? ""]
        if case .signaled = run.outcome { names.insert("native") }
        names.formUnion(RecipeLibrary.recognising(program, in: recipes).map(\.name))
        var seen: Set<ByteString> = []
        for process in observation.processes.entries.map(\.record)
        where !(process.outcome?.isSuccess ?? false) {
            // Of many processes with one program the first tells.
            guard let last = process.programs.last, seen.count < 1000, seen.insert(last.path).inserted else {
                continue
            }
            let traits = ProgramTraits(executable: last.path, arguments: last.arguments, below: ["/"])
            names.formUnion(RecipeLibrary.recognising(traits, in: recipes).map(\.name))
        }
        return recipes.filter { names.contains($0.name) }
    }

    /// The files beside the program by which alone it is recognised: a replay has to recognise it too.
    func addNeighbours(_ program: ProgramTraits, _ recipes: [Recipe]) {
        for name in RecipeLibrary.decidingNeighbours(program, in: recipes) {
            let path = PathResolver.parent(of: program.executable.bytes) + [UInt8(ascii: "/")] + name
            observation.touch(path, status: try? Files.status(KernelPath(path)), uses: .read)
        }
    }
}

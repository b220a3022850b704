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

    /// What failed: the programs on the way from the command to the failure, and the recipes that know them, with that
    /// of the runtime that told of it; where a signal ended the run, that of native code too.
    func failed(
        _ recipes: [Recipe], _ signature: FailureSignature, _ program: ProgramTraits
    ) -> (recipes: [Recipe], programs: [ProgramTraits]) {
        guard !run.outcome.isSuccess else { return ([], []) }
        var programs = [program]
        var seen: Set<ByteString> = []
        for process in observation.processes.entries.map(\.record)
        where !(process.outcome?.isSuccess ?? false) {
            // Of many processes with one program the first tells.
            guard let last = process.programs.last, seen.count < 1000, seen.insert(last.path).inserted else {
                continue
            }
            programs.append(
                ProgramTraits(executable: last.path, arguments: last.arguments, below: ["/"]))
        }
        var names: Set<String> = [signature.runtime ?? ""]
        if case .signaled = run.outcome { names.insert("native") }
        for program in programs {
            names.formUnion(RecipeLibrary.recognising(program, in: recipes).map(\.name))
        }
        return (recipes.filter { names.contains($0.name) }, programs)
    }

    /// The probes of what failed, and of every program; nil where none are to be made.
    func probes(
        _ collection: RecipeCollection, _ failed: (recipes: [Recipe], programs: [ProgramTraits])
    ) -> FailureProbes? {
        guard configuration.runsProbes, !run.outcome.isSuccess, run.outcome != .running else { return nil }
        let entries = collection.entries.filter { entry in
            entry.recipe.name == "common" || failed.recipes.contains { $0.name == entry.recipe.name }
        }
        return FailureProbes(
            chosen: entries.filter(\.isChosen).map(\.recipe),
            others: entries.filter { !$0.isChosen }.map(\.recipe), programs: failed.programs)
    }

    /// The files beside the program by which alone it is recognised: a replay has to recognise it too.
    func addNeighbours(_ program: ProgramTraits, _ recipes: [Recipe]) {
        for name in RecipeLibrary.decidingNeighbours(program, in: recipes) {
            let path = PathResolver.parent(of: program.executable.bytes) + [UInt8(ascii: "/")] + name
            observation.touch(path, status: try? Files.status(KernelPath(path)), uses: .read)
        }
    }
}

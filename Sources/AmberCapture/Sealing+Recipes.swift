import AmberModel
import AmberRecipes
import AmberSupervisor

extension Sealing {
    /// The recipes of what failed: of the runtime that said so, and of every process on the way from the command to the
    /// failure; where a signal ended the run, of native code.
    func failing(_ recipes: [Recipe], _ signature: FailureSignature) -> [Recipe] {
        guard !run.outcome.isSuccess else { return [] }
        let programs = observation.processes.entries.map(\.record).filter { process in
            !(process.outcome?.isSuccess ?? false)
        }.compactMap(\.programs.last)
        let isNative = if case .signaled = run.outcome { true } else { false }
        return recipes.filter { recipe in
            recipe.name == signature.runtime || (recipe.name == "native" && isNative)
                || recipe.recognises(
                    executable: ByteString(resolvedExecutable), arguments: configuration.arguments)
                || programs.contains { recipe.recognises(executable: $0.path, arguments: $0.arguments) }
        }
    }
}

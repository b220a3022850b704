import AmberBundle
import AmberKernel
import AmberModel
import AmberRecipes

/// What every way of debugging works with: the replay's stage, the runtime's recipe, and the process that is meant.
struct DebugStage {
    let stage: ReplayStage
    let recipe: Recipe?
    private let recipes: [Recipe]
    private let processes: [ProcessRecord]
    let configuration: DebugConfiguration

    var bundle: PreparedBundle { stage.bundle }
    var run: RunRecord { stage.bundle.run }

    /// What an editor calls the session: the bundle's file.
    var title: String {
        configuration.replay.bundle.split(separator: "/").last.map(String.init) ?? configuration.replay.bundle
    }

    /// Opens the bundle and makes room.
    ///
    /// - Throws: `ReplayError`, or `BundleError` where the bundle cannot be read.
    init(_ configuration: DebugConfiguration) throws {
        self.configuration = configuration
        stage = try ReplayStage(configuration.replay)
        recipes = try RecipeCollection(files: configuration.replay.recipeFiles).recipes
        processes = try Self.processes(of: stage.bundle)
        recipe = Self.recipe(stage.bundle, recipes, processes, configuration)
    }

    /// The recipe of what is debugged: where a process was named its own, else that of the runtime that told of the
    /// failure, of the process that failed, of the command.
    private static func recipe(
        _ bundle: PreparedBundle, _ recipes: [Recipe], _ processes: [ProcessRecord],
        _ configuration: DebugConfiguration
    ) -> Recipe? {
        func known(_ ordinal: String?) -> Recipe? {
            let target = DebugTarget(processes, ordinal: ordinal, outcome: bundle.run.outcome)
            guard let program = target?.process.programs.last else { return nil }
            return RecipeLibrary.recognising(bundle.traits(of: program), in: recipes).first
        }
        if let ordinal = configuration.process { return known(ordinal) }
        return recipes.first { $0.name == bundle.run.signature.runtime } ?? known(nil) ?? known("1")
    }

    private static func processes(of bundle: PreparedBundle) throws -> [ProcessRecord] {
        var processes: [ProcessRecord] = []
        try bundle.reader.forEachProcess { if processes.count < 100_000 { processes.append($0) } }
        return processes
    }

    /// The debugger that was asked for, else the recorded runtime's own, unless a signal ended the run: that is the
    /// native code's failure.
    var debugger: Debugger {
        if let chosen = configuration.debugger { return chosen }
        if case .signaled = run.outcome { return .gdb }
        return recipe?.debugger.flatMap { Debugger(rawValue: $0) } ?? .gdb
    }

    /// The process that is debugged.
    ///
    /// - Parameter isWanted: Of the processes on the way to the failure the last that fits is taken, where one does.
    /// - Returns: The process.
    /// - Throws: `ReplayError` where the bundle has no such process.
    func target(isWanted: (ProcessRecord) -> Bool = { _ in true }) throws -> DebugTarget {
        if let target = DebugTarget(
            processes, ordinal: configuration.process, outcome: run.outcome, isWanted: isWanted)
        {
            return target
        }
        let known = processes.prefix(10).filter { !$0.programs.isEmpty }.map(\.ordinal).joined(
            separator: ", ")
        throw ReplayError(
            .program, "the bundle has no process \(configuration.process ?? "1") that executed a program",
            remedy: "It has \(known.isEmpty ? "none" : known); name one with --process.")
    }

    /// The process of the runtime that the debugger is for; nil where none of those that failed is recognised as one.
    func runtimeTarget() throws -> DebugTarget? {
        let recipe = recipes.first { $0.debugger == debugger.rawValue } ?? recipe
        func fits(_ process: ProcessRecord) -> Bool {
            guard let recipe, let program = process.programs.last else { return false }
            return RecipeLibrary.recognising(bundle.traits(of: program), in: recipes).contains(recipe)
        }
        let target = try target(isWanted: fits)
        return configuration.process != nil || fits(target.process) ? target : nil
    }

    /// Commands that are typed before anything else: `-c COMMAND`, as pdb itself has it.
    ///
    /// - Throws: `ReplayError`: anything else stands among the debugger's arguments.
    func commands(of debugger: Debugger) throws -> [ByteString] {
        var commands: [ByteString] = []
        var rest = configuration.arguments[...]
        while let word = rest.popFirst() {
            guard word.description == "-c", let command = rest.popFirst() else {
                throw ReplayError(
                    .debugger, "\(debugger.rawValue) does not take '\(word)' here",
                    remedy: "Give it commands, as in: amber debug FILE -- -c 'p name' -c quit")
            }
            commands.append(command)
        }
        return commands
    }

    /// Refuses ways of serving an editor that a debugger does not have.
    func refuseAdapter(_ debugger: Debugger, _ remedy: String) throws(ReplayError) {
        guard configuration.adapterPort != nil else { return }
        throw ReplayError(
            .debugger, "\(debugger.rawValue) has no debug adapter that Amber can start", remedy: remedy)
    }
}

import AmberBundle
import AmberKernel
import AmberModel
import AmberRecipes
import AmberSandbox
import AmberSupervisor

/// Reconstructs a recorded run in a sandbox and says whether it failed in the same way.
public enum Replay {
    /// Replays a bundle and returns when the program has ended.
    ///
    /// Needs only the bundle and the kernel: user namespaces and overlayfs in them (Linux 5.11). The program's output
    /// goes to this process's streams. Blocks the calling thread and blocks signals in it.
    ///
    /// - Throws: `ReplayError`, or `BundleError` where the bundle cannot be read.
    public static func run(_ configuration: ReplayConfiguration) throws -> ReplayReport {
        if let upstream = configuration.upstream {
            return try UpstreamReplay(configuration: configuration, upstream: upstream).run()
        }
        let stage = try ReplayStage(configuration)
        let bundle = stage.bundle
        if bundle.info.kind == .request, configuration.command == nil {
            return try ServiceReplay(stage: stage, configuration: configuration).run()
        }
        let launch = try ReplayLaunch(stage, configuration)
        let streams =
            configuration.command == nil
            ? try ReplayStreams(bundle.run, input: bundle.stream("stdin")) : try ReplayStreams()
        let running = try launch.start(streams.streams, stage.playback)
        let result = try running.run()
        let printed = streams.collect()
        if let keep = configuration.keepDirectory { try KeptFiles.keep(stage.room.upper, in: keep) }
        guard configuration.command == nil else { return ReplayReport(outcome: result.outcome) }
        let (observation, refusals) = try stage.handler.finish()
        let judgement = Judgement(
            run: bundle.run, program: bundle.program, outcome: result.outcome, output: printed.output,
            error: printed.error,
            recordedOutput: bundle.stream("stdout"), recordedError: bundle.stream("stderr"),
            recipes: try RecipeCollection(files: configuration.recipeFiles).recipes, naming: bundle.naming)
        let comparison = Comparison(
            observation: observation, refusals: refusals, playback: stage.playback.finish())
        let divergences = try comparison.divergences(bundle.reader)
        let verdict = judgement.verdict(divergences + running.world.notes, changes: configuration.changes)
        return ReplayReport(verdict: verdict, outcome: result.outcome)
    }
}

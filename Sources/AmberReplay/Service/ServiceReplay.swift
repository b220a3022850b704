import AmberHTTP
import AmberKernel
import AmberModel
import AmberRecipes
import AmberSupervisor

/// Starts the recorded service in its sandbox, sends the failing request, and compares what comes back.
struct ServiceReplay {
    let stage: ReplayStage
    let configuration: ReplayConfiguration

    func run() throws -> ReplayReport {
        let bundle = stage.bundle
        let recorded = try ServiceRequest(record: bundle.record)
        let plan = try RequestPlan(recorded: recorded, configuration: configuration)
        let failing = plan.failing
        var script = try script(recorded.service, plan)
        let streams = try ReplayStreams(bundle.run, input: bundle.stream("stdin"))
        try ServiceState.apply(stage, configuration)
        var launch = try ReplayLaunch(stage, configuration)
        // The clock stands at the request's instant when the request comes, whatever day the service was started.
        let lead = Self.lead(recorded.service)
        launch.recordedInstant = failing.startedAt - lead
        let running = try launch.start(streams.streams, stage.playback)
        script.notBefore = Clock.monotonic() + lead
        let driver = try ServiceDriver(script, processID: running.processID)
        let ending = try ServiceEnding(running.program)
        let positions = streams.positions
        let thread = try KernelThread("amber-request") {
            driver.run(positions: positions)
            ending.end()
        }
        let result = try running.run { signal in
            guard signal == Signals.interrupt || signal == Signals.terminate else { return false }
            driver.endRequested()
            ending.end()
            return true
        }
        driver.programEnded()
        thread.join()
        let printed = streams.collect()
        if let keep = configuration.keepDirectory { try KeptFiles.keep(stage.room.upper, in: keep) }
        let (observation, refusals) = try stage.handler.finish()
        let conversation = driver.conversation
        if let problem = conversation.problem, !conversation.isUnready || refusals.isEmpty {
            throw ReplayError(
                .program, problem, remedy: "Its own words are above; --ready-timeout gives it more time.")
        }
        let divergences = try Comparison(
            observation: observation, refusals: refusals, playback: stage.playback.finish()
        ).divergences(bundle.reader)
        let outcome: Outcome = driver.serviceEndedItself ? result.outcome : .running
        let recipes = try RecipeCollection(files: configuration.recipeFiles).recipes
        let judgement = RequestJudgement(
            recorded: bundle.run.signature,
            replayed: signature(outcome, conversation, printed.output ?? [], printed.error ?? [], recipes),
            failing: plan.suspects[conversation.attempt],
            recordedResponse: try failing.response.map { try recorded.bytes(of: $0) },
            answer: conversation.answer, normaliser: Normaliser(rules: recipes.flatMap(\.normalisation)),
            trigger: recorded.service.trigger,
            said: Array((printed.output ?? []).dropFirst(conversation.outputStart))
                + Array((printed.error ?? []).dropFirst(conversation.errorStart)))
        var verdict = judgement.verdict(divergences + running.world.notes, changes: configuration.changes)
        verdict.request = plan.note(conversation.attempt)
        return ReplayReport(verdict: verdict, outcome: outcome)
    }

    /// How the service is, and the failure that it told of since the request was sent.
    private func signature(
        _ outcome: Outcome, _ conversation: ServiceDriver.Result, _ output: [UInt8], _ error: [UInt8],
        _ recipes: [Recipe]
    ) -> FailureSignature {
        let run = stage.bundle.run
        let said = Array(output.dropFirst(conversation.outputStart))
        return FailureReader(recipes: recipes).signature(
            outcome: outcome, program: stage.bundle.program,
            standardError: run.standardError.sameAs == 1
                ? said : Array(error.dropFirst(conversation.errorStart)),
            standardOutput: said)
    }

    /// The time that the service gets for its start: what it took in production.
    private static func lead(_ service: ServiceRecord) -> Int64 {
        min(max(service.readyAfter ?? 1_000_000_000, 100_000_000), 10_000_000_000)
    }

    private func script(_ service: ServiceRecord, _ plan: RequestPlan) throws -> ServiceDriver.Script {
        guard let colon = service.upstream.lastIndex(of: ":"),
            let port = UInt16(service.upstream[service.upstream.index(after: colon)...])
        else {
            throw ReplayError(
                .noRun, "'\(service.upstream)' is no address", remedy: "Fetch the bundle again.")
        }
        return ServiceDriver.Script(
            address: Sockets.loopback(port: port, isVersion6: service.upstream.hasPrefix("[")),
            healthRequest: service.healthPath.map {
                Array("GET \($0) HTTP/1.1\r\nHost: \(service.upstream)\r\nConnection: close\r\n\r\n".utf8)
            },
            warmUp: try plan.warmUp(), attempts: try plan.attempts(),
            readyTime: configuration.readyTimeout?.nanoseconds
                ?? max(60_000_000_000, (service.readyAfter ?? 0) * 10),
            responseTime: plan.responseTime,
            awaitsEnd: configuration.request == nil && stage.bundle.run.outcome != .running,
            keepsRunning: configuration.keepsRunning)
    }
}

/// Ends a service from the thread that has spoken with it.
private final class ServiceEnding: Sendable {
    private let signaller: ProcessSignaller

    init(_ program: SupervisedProgram) throws {
        guard let signaller = program.signaller else {
            throw ReplayError(
                .sandbox, "too few descriptors", remedy: "Raise the limit: ulimit -n 4096.")
        }
        self.signaller = signaller
    }

    /// In its pid namespace everything ends with init.
    func end() { signaller.send(Signals.kill) }
}

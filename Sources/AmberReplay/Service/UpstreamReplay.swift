import AmberBundle
import AmberHTTP
import AmberKernel
import AmberModel
import AmberRecipes

/// Sends the failing request to a service that the user has started, and compares what comes back.
///
/// There is no sandbox: the service is the user's own. What it writes is not seen, so failures are told apart by their
/// responses, and by what the service says in Amber's own header.
struct UpstreamReplay {
    let configuration: ReplayConfiguration
    let upstream: String

    func run() throws -> ReplayReport {
        // SIGPIPE: a service may close before it has read all.
        Signals.block(1 << 12)
        let reader = try BundleReader(path: configuration.bundle)
        let recorded = try ServiceRequest(bundle: reader)
        let plan = try RequestPlan(recorded: recorded, configuration: configuration)
        let failing = plan.failing
        let attempts = try plan.attempts()
        let patience = configuration.timeLimit?.nanoseconds ?? plan.responseTime
        for request in try plan.warmUp() {
            _ = try answer(ServiceDriver.Attempt(request: request, isHead: false), patience)
        }
        var index = 0
        var answer = try answer(attempts[0], patience)
        for (number, attempt) in attempts.enumerated().dropFirst() where !answer.isBroken {
            let other = try self.answer(attempt, patience)
            if other.isBroken { (answer, index) = (other, number) }
        }
        let judgement = RequestJudgement(
            // Neither how a service ends nor what it logs is seen from here.
            recorded: FailureSignature(outcome: .running, status: failing.status).telling(failing.failure),
            replayed: FailureSignature(outcome: .running), failing: plan.suspects[index],
            recordedResponse: try failing.response.map { try recorded.bytes(of: $0) }, answer: answer,
            normaliser: Normaliser(
                rules: try RecipeCollection(files: configuration.recipeFiles).recipes.flatMap(\.normalisation)
            ),
            trigger: recorded.service.trigger)
        var verdict = judgement.verdict([], changes: configuration.changes)
        verdict.request = plan.note(index)
        return ReplayReport(verdict: verdict, outcome: .running)
    }

    private func answer(
        _ attempt: ServiceDriver.Attempt, _ patience: Int64
    ) throws -> RequestClient.Answer {
        guard let address = SocketAddress.kernelForm(of: ByteString(upstream)), !upstream.hasPrefix("unix:")
        else {
            throw ReplayError(
                .program, "'\(upstream)' is no address",
                remedy: "Write PORT or ADDRESS:PORT, as in --upstream 127.0.0.1:8000.")
        }
        let socket = try Sockets.make(domain: Int32(address[0]), type: Sockets.stream | Sockets.nonBlocking)
        var code = Sockets.connect(socket.number, to: address)
        if code == Errno.inProgress {
            var items = [Poll.Item(socket.number, isForWriting: true)]
            code =
                Poll.wait(&items, milliseconds: 10_000) > 0
                ? Sockets.connectError(of: socket.number) : Errno.timedOut
        }
        guard code == 0 else {
            throw ReplayError(
                .program, "no service takes a connection at \(upstream): \(Errno.name(of: code))",
                remedy: "Start the service first, and name where it listens: --upstream ADDRESS:PORT.")
        }
        var client = RequestClient(
            socket: socket.number, isHead: attempt.isHead, deadline: Clock.monotonic() + patience)
        return client.run(attempt.request)
    }
}

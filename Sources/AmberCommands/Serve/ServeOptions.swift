import AmberKernel
import AmberModel
import AmberRecipes
import AmberServe
import ArgumentParser

/// Options of `amber serve` that may stand in a file too (`--config`); what is said on the command line wins.
struct ServeOptions: ParsableArguments {
    @Option(help: "Where clients come: PORT or HOST:PORT.")
    var listen: ServiceAddress?

    @Option(help: "Where the service listens: PORT or HOST:PORT.")
    var upstream: ServiceAddress?

    @Option(help: "Where bundles go (default: the working directory).")
    var outputDir: String?

    @Option(help: "Statuses that are failures: 500-599, 5xx, 429 or none.")
    var status: [StatusRange] = []

    @Option(help: "Keep requests without a response for this long: 2s.")
    var latency: TimeSpan?

    @Option(help: "Keep responses whose body has this pattern.")
    var body: [String] = []

    @Option(help: "Keep responses whose head has this pattern.")
    var header: [String] = []

    @Option(help: "Keep requests in which the service logs this pattern.")
    var log: [String] = []

    @Option(help: "File with the token for X-Amber-Capture.")
    var tokenFile: String?

    @Option(help: "Keep every N-th success, for comparison.")
    var sample: Int?

    @Option(help: "Bundles of one failure: 1/1h.")
    var perSignature: BundleRate?

    @Option(help: "Bundles in all: 60/1h.")
    var rate: BundleRate?

    @Option(help: "Most bytes of all bundles: 5G; the oldest go first.")
    var quota: ByteCount?

    @Option(help: "Exchanges that stay in memory (default: 1000).")
    var keepRequests: Int?

    @Option(help: "Memory for exchanges (default: 32M).")
    var keepMemory: ByteCount?

    @Option(help: "Disk for long messages (default: 1G).")
    var keepDisk: ByteCount?

    @Option(help: "A path that answers 2xx when the service is ready.")
    var health: String?

    @Option(help: "End the service if it is not ready in time: 60s.")
    var readyTimeout: TimeSpan?

    @Option(help: "Time for open requests at the end (default: 30s).")
    var grace: TimeSpan?

    @Option(help: "Serve metrics for Prometheus on PORT or HOST:PORT.")
    var metrics: ServiceAddress?

    @Option(help: "Log lines as text or json (default: text).")
    var logFormat: ServeLog.Format?

    @Option(help: "Keep the content of these paths out (glob; repeatable).")
    var exclude: [String] = []

    @Option(help: "Take these files in although they were not read (glob).")
    var include: [String] = []

    @Option(help: "Most bytes of one bundle (default: 2G).")
    var maxSize: ByteCount?

    /// Names of the options, for files.
    static let names = [
        "listen", "upstream", "output-dir", "status", "latency", "body", "header", "log", "token-file",
        "sample",
        "per-signature", "rate", "quota", "keep-requests", "keep-memory", "keep-disk", "health",
        "ready-timeout",
        "grace", "metrics", "log-format", "exclude", "include", "max-size",
    ]
    /// Groups that may stand around them.
    static let groups = ["service", "triggers", "limits", "recorder"]

    /// These options over those of a file.
    func over(_ file: ServeOptions) -> ServeOptions {
        var result = file
        result.listen = listen ?? file.listen
        result.upstream = upstream ?? file.upstream
        result.outputDir = outputDir ?? file.outputDir
        if !status.isEmpty { result.status = status }
        result.latency = latency ?? file.latency
        result.body += body
        result.header += header
        result.log += log
        result.tokenFile = tokenFile ?? file.tokenFile
        result.sample = sample ?? file.sample
        result.perSignature = perSignature ?? file.perSignature
        result.rate = rate ?? file.rate
        result.quota = quota ?? file.quota
        result.keepRequests = keepRequests ?? file.keepRequests
        result.keepMemory = keepMemory ?? file.keepMemory
        result.keepDisk = keepDisk ?? file.keepDisk
        result.health = health ?? file.health
        result.readyTimeout = readyTimeout ?? file.readyTimeout
        result.grace = grace ?? file.grace
        result.metrics = metrics ?? file.metrics
        result.logFormat = logFormat ?? file.logFormat
        result.exclude += exclude
        result.include += include
        result.maxSize = maxSize ?? file.maxSize
        return result
    }

    /// Reads a file of options.
    static func read(_ path: String) throws -> ServeOptions {
        let bytes = try Files.contents(KernelPath(path), limit: 1 << 20)
        let words = try OptionFile.words(bytes, file: path, options: names, flags: [], groups: groups)
        return try ServeOptions.parse(words)
    }
}

import AmberCapture
import AmberKernel
import AmberModel
import AmberRecipes
import AmberServe

extension ServeOptions {
    /// The configuration that they ask for.
    func configuration(
        _ capture: CaptureConfiguration, listen: ServiceAddress, upstream: ServiceAddress
    ) throws -> ServeConfiguration {
        var capture = capture
        capture.excluded += exclude
        capture.included += include
        if let maxSize { capture.maximumSize = maxSize.bytes }
        var result = ServeConfiguration(
            capture: capture, listen: listen, upstream: upstream, logger: ServeLog.logger(logFormat ?? .text))
        result.outputDirectory = outputDir ?? "."
        result.healthPath = health
        result.readyTimeout = readyTimeout?.duration
        if let grace { result.grace = grace.duration }
        result.metrics = metrics
        result.triggers = try triggers()
        if let perSignature { result.policy.perSignature = perSignature.rate }
        if let rate { result.policy.all = rate.rate }
        if let quota { result.quota = quota.bytes }
        if let keepRequests { result.recorder.exchanges = keepRequests }
        if let keepMemory { result.recorder.bytes = Int(clamping: keepMemory.bytes) }
        if let keepDisk { result.recorder.spilled = Int(clamping: keepDisk.bytes) }
        result.recorder.spillDirectory = ServiceCapture.spoolDirectory
        return result
    }

    private func triggers() throws -> TriggerRules {
        var rules = TriggerRules()
        if !status.isEmpty { rules.statuses = status.compactMap(\.range) }
        rules.latency = latency?.duration.nanoseconds
        rules.bodies = try body.map { try TextPattern($0, place: "--body") }
        rules.headers = try header.map { try TextPattern($0, place: "--header") }
        rules.logs = try log.map { try TextPattern($0, place: "--log") }
        if let tokenFile {
            let bytes = try Files.contents(KernelPath(tokenFile), limit: 4096)
            let token = bytes.filter { $0 > 0x20 }
            guard !token.isEmpty else { throw ServeOptionError(text: "--token-file \(tokenFile) is empty") }
            rules.token = token
        }
        if let sample { rules.sampleEvery = sample }
        return rules
    }
}

/// An option that cannot be used.
struct ServeOptionError: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}

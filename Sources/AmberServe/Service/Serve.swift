import AmberCapture
import AmberKernel
package import AmberModel

/// Runs a service behind a recording proxy, and seals a bundle for each request that fails.
package enum Serve {
    /// Runs until the service has ended. Blocks the calling thread, which must be the only one so far.
    ///
    /// Throws `CaptureError` or `ServeError` where the service was not started.
    package static func run(_ configuration: ServeConfiguration) throws -> Outcome {
        try makeDirectory(configuration.outputDirectory)
        // First of all: a port that is taken must not cost a start of the service.
        let listener = try ListeningSocket.open(configuration.listen)
        if configuration.isAttached {
            Signals.block(1 << 14 | 1 << 1 | 1 << 12)
            let source = try AttachedService(upstream: configuration.upstream.description)
            return try ServeSession(configuration, process: nil, source: source).run(listener: listener)
        }
        let process = try ServiceCapture.start(configuration.capture)
        do {
            let session = try ServeSession(configuration, process: process, source: process)
            return try session.run(listener: listener)
        } catch {
            Signals.send(Signals.terminate, to: process.processID)
            throw error
        }
    }

    private static func makeDirectory(_ path: String) throws {
        do {
            try Files.makeDirectories(path, mode: 0o700)
        } catch {
            throw ServeError(
                "the directory '\(path)' cannot be made: \(error)", remedy: "Name another: --output-dir DIR.")
        }
        guard Files.mayWrite(KernelPath(path)) else {
            throw ServeError("'\(path)' cannot be written to", remedy: "Name another: --output-dir DIR.")
        }
    }
}

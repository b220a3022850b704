import AmberKernel
import AmberModel

extension Capture {
    /// Becomes the command without any supervision, for hosts that refuse it; returns only where that fails.
    ///
    /// - Returns: Why the command could not be executed.
    public static func becomeUnrecorded(_ configuration: CaptureConfiguration) -> String {
        let name = configuration.arguments.first?.bytes ?? []
        guard case .path(let path) = ExecutableSearch.find(name, path: ThisProcess.variable("PATH")) else {
            return Errno.text(of: Errno.noEntry)
        }
        let code = ThisProcess.become(
            KernelPath(path), arguments: configuration.arguments.map { KernelPath($0.bytes) },
            environment: ThisProcess.environment.map { KernelPath($0) })
        return Errno.text(of: code)
    }
}

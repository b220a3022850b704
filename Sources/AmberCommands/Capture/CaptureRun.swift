import AmberCapture
import AmberKernel
import AmberModel

/// One capture as the command line asks for it: what the parsed command and the plain one have in common.
struct CaptureRun {
    let configuration: CaptureConfiguration
    let isQuiet: Bool

    /// Runs the command, says what became of it, and returns the exit status.
    func status() -> Int32 {
        let console = Console()
        do throws(CaptureError) {
            let report = try Capture.run(configuration) { outcome in
                if !isQuiet { console.say("the command ended with \(outcome); sealing the bundle") }
            }
            CaptureSummary(report: report, isQuiet: isQuiet).print(to: console)
            return report.outcome.shellStatus
        } catch {
            if error.permitsUnrecordedRun { runUnrecorded(error, console) }
            console.say(error.description)
            return error.exitStatus
        }
    }

    /// Supervision is refused, or there is no room for it: the command runs all the same, and the user learns why nothing is recorded.
    private func runUnrecorded(_ error: CaptureError, _ console: Console) {
        console.say("\(error.problem): the command runs without being recorded. \(error.remedy)")
        let failure = Capture.becomeUnrecorded(configuration)
        console.say("cannot run '\(configuration.arguments.first ?? "")': \(failure)")
    }
}

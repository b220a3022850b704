import AmberKernel
import AmberModel
import AmberSupervisor

/// What is sealed: a run that has ended, or one that goes on, as it stands at one moment.
struct SealedRun {
    var outcome: Outcome
    var use: ChildState.Use
    /// Nanoseconds since the epoch.
    var startedAt: Int64
    var wallTime: Int64
    var processID: Int32
    /// Calls that the guardian answered.
    var rescuedCount: UInt32
    /// What else the bundle says; empty for a command's run.
    var subject = SealingSubject()
}

extension SealedRun {
    /// A run that has ended.
    init(_ result: SupervisedProgram.Result, of program: SupervisedProgram) {
        self.init(
            outcome: result.outcome, use: result.use, startedAt: result.startedAt, wallTime: result.wallTime,
            processID: program.processID, rescuedCount: program.memory.rescuedCount)
    }
}

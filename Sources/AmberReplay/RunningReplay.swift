import AmberKernel
import AmberSupervisor

/// A program that runs in its sandbox.
final class RunningReplay {
    let program: SupervisedProgram
    /// Where init reports the program's end; read by `SupervisedProgram.run`.
    private let report: Pipe

    /// What it lives in.
    let world: WorldPlayer

    init(_ program: SupervisedProgram, report: consuming Pipe, world: WorldPlayer) {
        self.program = program
        self.world = world
        self.report = report
    }

    /// The init of its sandbox, as this machine counts.
    var processID: Int32 { program.processID }

    /// Waits for the program to end.
    func run(_ takes: (Int32) -> Bool = { _ in false }) throws(SyscallError) -> SupervisedProgram.Result {
        let result = try program.run(takes)
        program.endLoop()
        return result
    }

    /// Ends the program and everything in its sandbox.
    func end() {
        program.kill()
        program.endLoop()
    }
}

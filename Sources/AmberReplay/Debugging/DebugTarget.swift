import AmberModel

/// The program image that a debugger is for: the last one of a recorded process, found again in a replay by counting.
///
/// Process ids differ between runs and arguments may hold temporary names; the order in which a program is executed
/// does not, as far as the run itself is orderly.
struct DebugTarget: Hashable, Sendable {
    /// The recorded process.
    let process: ProcessRecord
    /// The executable, after symbolic links.
    let path: ByteString
    /// How many executions of the same path come before it in the run.
    let earlierCount: Int

    /// Chooses a process of a recorded tree; nil where there is no such process, or where it never executed a program.
    ///
    /// - Parameters:
    ///   - processes: The tree, in the order of the processes' starts.
    ///   - ordinal: Which one; nil for the one that failed.
    ///   - outcome: How the run ended.
    init?(_ processes: [ProcessRecord], ordinal: String?, outcome: Outcome) {
        let ordinal = ordinal ?? (outcome.isSuccess ? "1" : Self.failing(processes))
        var earlier: [ByteString: Int] = [:]
        var programs: [String: [ProcessRecord.Program]] = [:]
        for process in processes {
            programs[process.ordinal] = process.programs
            let inherited = Self.parent(of: process.ordinal).flatMap { programs[$0] } ?? []
            for (index, program) in process.programs.enumerated() {
                if process.ordinal == ordinal, index == process.programs.count - 1 {
                    self.process = process
                    path = program.path
                    earlierCount = earlier[program.path, default: 0]
                    return
                }
                // What a fork shows before its own exec is its parent's image, not an execution.
                if process.programs.count > 1 || !inherited.contains(program) {
                    earlier[program.path, default: 0] += 1
                }
            }
        }
        return nil
    }

    /// Follows the failure down the tree: from a process to its last child, for as long as that one failed too.
    private static func failing(_ processes: [ProcessRecord]) -> String {
        var current = "1"
        while let child = processes.last(where: { parent(of: $0.ordinal) == current }) {
            // A child whose end was not seen was ended by a signal.
            let end = child.outcome?.shellStatus ?? 128
            guard end != 0, !child.programs.isEmpty else { break }
            current = child.ordinal
        }
        return current
    }

    private static func parent(of ordinal: String) -> String? {
        ordinal.lastIndex(of: ".").map { String(ordinal[..<$0]) }
    }
}

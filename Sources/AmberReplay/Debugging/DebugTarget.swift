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
    /// True where the process executed nothing itself: the image is that of an ancestor.
    private(set) var isForked: Bool

    /// Chooses a process of a recorded tree; nil where there is no such process, or where nothing was ever executed.
    ///
    /// - Parameters:
    ///   - processes: The tree, in the order of the processes' starts.
    ///   - ordinal: Which one; nil for the one that failed.
    ///   - outcome: How the run ended.
    ///   - isWanted: Of the processes on the way to the failure the last that fits is taken, where one does.
    init?(
        _ processes: [ProcessRecord], ordinal: String?, outcome: Outcome,
        isWanted: (ProcessRecord) -> Bool = { _ in true }
    ) {
        let chain = outcome.isSuccess ? ["1"] : Self.failing(processes)
        var ordinal = ordinal
        if ordinal == nil {
            let fitting = chain.last { name in
                processes.contains { $0.ordinal == name && isWanted($0) }
            }
            ordinal = fitting ?? chain.last
        }
        guard let process = processes.first(where: { $0.ordinal == ordinal }) else { return nil }
        let executions = Self.executions(processes)
        var owner: String? = process.ordinal
        while let name = owner {
            if let index = executions.lastIndex(where: { $0.ordinal == name }) {
                self.process = process
                path = executions[index].path
                earlierCount = executions[..<index].count { $0.path == executions[index].path }
                isForked = name != process.ordinal
                return
            }
            owner = Self.parent(of: name)
        }
        return nil
    }

    /// The process that executed the image, where that is an ancestor.
    var image: DebugTarget {
        var image = self
        image.isForked = false
        return image
    }

    /// Every execution of the run, in the order of the processes' starts.
    private static func executions(_ processes: [ProcessRecord]) -> [(ordinal: String, path: ByteString)] {
        var programs: [String: [ProcessRecord.Program]] = [:]
        var executions: [(ordinal: String, path: ByteString)] = []
        for process in processes {
            programs[process.ordinal] = process.programs
            let inherited = parent(of: process.ordinal).flatMap { programs[$0] } ?? []
            for program in process.programs where process.programs.count > 1 || !inherited.contains(program) {
                executions.append((process.ordinal, program.path))
            }
        }
        return executions
    }

    /// Follows the failure down the tree: from a process to its last child, for as long as that one failed too.
    private static func failing(_ processes: [ProcessRecord]) -> [String] {
        var chain = ["1"]
        while let child = processes.last(where: { parent(of: $0.ordinal) == chain.last }) {
            // A child whose end was not seen was ended by a signal.
            guard (child.outcome?.shellStatus ?? 128) != 0 else { break }
            chain.append(child.ordinal)
        }
        return chain
    }

    private static func parent(of ordinal: String) -> String? {
        ordinal.lastIndex(of: ".").map { String(ordinal[..<$0]) }
    }
}

import AmberKernel

/// Which program of which process a call comes from, in terms that hold from one run to the next. Pure but for one
/// look at `/proc` for each thread.
///
/// Lives on the listener's thread, or under its handler's lock.
package struct ProgramImages: Sendable {
    /// A program image: the process by pid, how often that pid had ended before, and how many programs it had begun.
    package struct Place: Hashable, Sendable {
        package var processID: Int32
        package var life: Int32
        package var program: Int32
    }

    private struct Image {
        var program: Int32 = 0
        var isExecuting = false
        var threads: [Int32: Int] = [:]
    }

    /// Pids whose ends are counted; beyond that a pid that comes back is taken for the process that had it.
    private static let limit = 200_000
    private var live: [Int32: Image] = [:]
    private var ends: [Int32: Int32] = [:]

    package init() {}

    /// Notes that a process asked for another program.
    package mutating func willExecute(_ processID: Int32) {
        live[processID, default: Image()].isExecuting = true
    }

    /// Notes the early call of a C library.
    ///
    /// - Returns: True where it is the first since an exec: the process has begun a program.
    package mutating func didStart(_ processID: Int32) -> Bool {
        guard let image = live[processID], image.isExecuting else { return false }
        live[processID] = Image(program: image.program + 1)
        return true
    }

    /// Notes that a process ends by exit_group.
    package mutating func didExit(_ processID: Int32) {
        live[processID] = nil
        if ends.count < Self.limit { ends[processID, default: 0] += 1 }
    }

    /// The image that a process is now.
    package func place(_ processID: Int32) -> Place {
        Place(
            processID: processID, life: ends[processID] ?? 0, program: live[processID]?.program ?? 0)
    }

    /// A thread's position among those of its process that lived when it was first asked about; 0 is the first thread.
    package mutating func thread(_ threadID: Int32, of processID: Int32) -> Int {
        if threadID == processID { return 0 }
        if let known = live[processID]?.threads[threadID] { return known }
        let position = ProcessFacts.threads(of: processID).filter { $0 < threadID }.count
        live[processID, default: Image()].threads[threadID] = position
        return position
    }
}

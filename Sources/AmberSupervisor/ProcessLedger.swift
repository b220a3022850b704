import AmberKernel
package import AmberModel

/// The processes of the run, in the order in which they were first seen.
package struct ProcessLedger: Sendable {
    /// One process.
    package struct Entry: Sendable {
        /// Its record.
        package var record: ProcessRecord
        /// Children seen so far, for their ordinals.
        var childCount = 0
        /// A program that execve was asked for and has not started yet.
        var pending: ProcessRecord.Program?
        /// It has become a program of its own since it was forked.
        var hasOwnProgram = false
    }

    /// Most processes that are recorded one by one.
    package static let limit = 100_000
    /// The index of every process beyond the limit.
    package static let unrecorded = -1

    /// The processes, by index.
    package private(set) var entries: [Entry] = []
    /// Processes beyond the limit.
    package private(set) var overflow = 0
    private var live: [Int32: Int] = [:]
    private var firstEnvironment: [[UInt8]] = []
    private var firstEnvironmentSet: Set<[UInt8]> = []

    package init() {}

    /// The index of a process, a new one where it has not been seen.
    ///
    /// - Parameters:
    ///   - processID: Its pid.
    ///   - parent: Its parent, looked up while its call waited; 0 where that was not done.
    ///   - depth: How many children this look-up came from.
    /// - Returns: Its index in `entries`, or `unrecorded`.
    package mutating func index(of processID: Int32, parent: Int32 = 0, depth: Int = 0) -> Int {
        if let known = live[processID] { return known }
        guard entries.count < Self.limit else {
            overflow += 1
            return Self.unrecorded
        }
        let parentID = parent != 0 ? parent : ProcessFacts.parent(of: processID) ?? 0
        let parent = parentIndex(parentID, depth)
        var ordinal = "1"
        if let parent {
            entries[parent].childCount += 1
            ordinal = entries[parent].record.ordinal + ".\(entries[parent].childCount)"
        }
        live[processID] = entries.count
        entries.append(
            Entry(
                record: ProcessRecord(
                    ordinal: ordinal, processID: processID, parentID: parentID,
                    programs: parent.flatMap { entries[$0].record.programs.last }.map { [$0] } ?? [])))
        return entries.count - 1
    }

    private mutating func parentIndex(_ parentID: Int32, _ depth: Int) -> Int? {
        if entries.isEmpty { return nil }
        if let known = live[parentID] { return known }
        // A process that made no notified call between two forks; one whose parent has ended belongs to the first.
        guard depth < 16, parentID > 1, ProcessFacts.parent(of: parentID) != nil, isBelowFirst(parentID)
        else { return 0 }
        let found = index(of: parentID, depth: depth + 1)
        return found == Self.unrecorded ? nil : found
    }

    private func isBelowFirst(_ processID: Int32) -> Bool {
        var current = processID
        for _ in 0..<16 {
            guard let parent = ProcessFacts.parent(of: current), parent > 1 else { return false }
            if live[parent] != nil { return true }
            current = parent
        }
        return false
    }

    /// Notes that a process asked for another program.
    package mutating func willExecute(
        _ index: Int, path: [UInt8], arguments: [[UInt8]], environment: [[UInt8]]
    ) {
        guard index != Self.unrecorded else { return }
        if firstEnvironment.isEmpty, entries.count == 1 {
            firstEnvironment = environment
            firstEnvironmentSet = Set(environment)
        }
        var program = ProcessRecord.Program(
            path: ByteString(path), arguments: arguments.map { ByteString($0) })
        if environment != firstEnvironment {
            let names = Set(environment.map(Self.name))
            program.environmentAdded = environment.filter { !firstEnvironmentSet.contains($0) }.map {
                ByteString($0)
            }
            program.environmentRemoved =
                firstEnvironment.map(Self.name).filter { !names.contains($0) }.map { ByteString($0) }
        }
        entries[index].pending = program
    }

    /// Notes that the program that was asked for runs.
    package mutating func didStart(_ index: Int) {
        guard index != Self.unrecorded, let pending = entries[index].pending else { return }
        entries[index].pending = nil
        // What a child shows before its own exec is its parent's program: replaced, not added to.
        let isInherited = entries[index].record.ordinal != "1" && !entries[index].hasOwnProgram
        if isInherited { entries[index].record.programs = [] }
        entries[index].hasOwnProgram = true
        entries[index].record.programs.append(pending)
    }

    /// Notes that a process ends by exit_group.
    package mutating func willExit(_ index: Int, code: Int32) {
        guard index != Self.unrecorded else { return }
        entries[index].record.outcome = .exited(code: code)
        live[entries[index].record.processID] = nil
    }

    private static func name(_ entry: [UInt8]) -> [UInt8] { Array(entry.prefix { $0 != UInt8(ascii: "=") }) }
}

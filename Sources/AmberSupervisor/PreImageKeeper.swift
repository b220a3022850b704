package import AmberKernel

/// Keeps the content of files before the run changes them, within a budget.
///
/// A file that will be written is copied (FICLONE where the file system can); one that will lose its name is held
/// open, which costs nothing. Never a hard link: writing through another name would change it.
package struct PreImageKeeper: ~Copyable {
    /// What may be spent.
    package struct Budget: Hashable, Sendable {
        /// Largest single file, bytes on disk.
        package var largestFile: UInt64 = 1 << 30
        /// All copies and held files together, bytes on disk.
        package var total: UInt64 = 2 << 30
        /// Bytes that must stay free on the file system of the copies.
        package var reserve: UInt64 = 256 << 20
        /// Most files held open.
        package var mostHeld = 4096

        package init() {}
    }

    /// Content that was kept, or the reason why it was not.
    package enum Content: Hashable, Sendable {
        /// A stretch of the copies' file.
        case copied(offset: UInt64, size: UInt64)
        /// A descriptor of the file itself.
        case held(Int32)
        /// The budget was spent.
        case overBudget
        /// The file system refused: errno.
        case failed(Int32)
    }

    /// Everything kept, by the index that `TouchedFile.preImage` holds.
    package private(set) var contents: [Content] = []
    /// The descriptor of the file with the copies, valid as long as the keeper; -1 where none could be made.
    package let spoolNumber: Int32
    private let budget: Budget
    private var spent: UInt64 = 0
    private var heldCount = 0
    private var position: UInt64 = 0

    /// Makes a keeper whose copies go to a nameless file below `directory`; nil keeps nothing.
    package init(directory: String?, budget: Budget = Budget()) {
        self.budget = budget
        spoolNumber = directory.flatMap { Self.openSpool($0) } ?? -1
    }

    /// A copy that can be read and keeps nothing more.
    func snapshot() throws(SyscallError) -> PreImageKeeper {
        var copy = PreImageKeeper(
            spool: spoolNumber < 0 ? -1 : try Files.duplicate(spoolNumber).release(), budget: budget)
        copy.contents.reserveCapacity(contents.count)
        for content in contents {
            guard case .held(let number) = content else {
                copy.contents.append(content)
                continue
            }
            copy.contents.append(.held(try Files.duplicate(number).release()))
        }
        return copy
    }

    private init(spool: Int32, budget: Budget) {
        spoolNumber = spool
        self.budget = budget
    }

    private static func openSpool(_ directory: String) -> Int32? {
        try? Files.open(KernelPath(directory), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600)
            .release()
    }

    deinit {
        if spoolNumber >= 0 { _ = OwnedDescriptor(adopting: spoolNumber) }
        for case .held(let number) in contents { _ = OwnedDescriptor(adopting: number) }
    }

    /// Copies a file that is about to be written; returns the index of its content.
    package mutating func copy(_ source: borrowing OwnedDescriptor, _ status: FileStatus) -> Int32 {
        append(makeCopy(source, status))
    }

    /// Holds a file that is about to lose its name, and returns the index of its content.
    package mutating func hold(_ source: consuming OwnedDescriptor, _ status: FileStatus) -> Int32 {
        if status.sizeInBytes <= 1 << 16 { return append(makeCopy(source, status)) }
        // Held, it still takes its space: a program that deletes to make room must get that room.
        guard heldCount < budget.mostHeld, spent + status.allocatedBytes <= budget.total,
            let space = try? Files.space(of: source.number),
            space.free > status.allocatedBytes + budget.reserve
        else { return append(.overBudget) }
        spent += status.allocatedBytes
        heldCount += 1
        return append(.held(source.release()))
    }

    /// Notes that content could not be kept.
    package mutating func fail(_ code: Int32) -> Int32 { append(.failed(code)) }

    /// Turns held content into a copy, because somebody is about to write to that file under another name.
    package mutating func settle(_ index: Int32) {
        guard index >= 0, case .held(let number) = contents[Int(index)] else { return }
        let held = OwnedDescriptor(adopting: number)
        heldCount -= 1
        do {
            let status = try Files.status(of: held.number)
            spent -= min(spent, status.allocatedBytes)
            contents[Int(index)] = makeCopy(held, status)
        } catch {
            contents[Int(index)] = .failed(error.code)
        }
    }

    private mutating func append(_ content: Content) -> Int32 {
        contents.append(content)
        return Int32(contents.count - 1)
    }

    private mutating func makeCopy(_ source: borrowing OwnedDescriptor, _ status: FileStatus) -> Content {
        guard spoolNumber >= 0 else { return .failed(Errno.noSpace) }
        let cost = min(status.allocatedBytes, status.sizeInBytes)
        guard cost <= budget.largestFile, spent + cost <= budget.total,
            let space = try? Files.space(of: spoolNumber), space.free > cost + budget.reserve
        else { return .overBudget }
        let start = position
        do {
            let size = status.sizeInBytes
            // Copies start at whole pages, so that a later FICLONERANGE or O_DIRECT read stays possible.
            position = (start + size + 4095) & ~4095
            let copied = try Files.copyData(from: source.number, to: spoolNumber, at: start, size: size)
            spent += cost
            return .copied(offset: start, size: copied)
        } catch {
            // What was written stays: a sparse copy at the same place would let it show through.
            return .failed(error.code)
        }
    }
}

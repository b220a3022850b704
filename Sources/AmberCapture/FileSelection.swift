import AmberKernel
import AmberModel
import AmberRecipes
import AmberSupervisor

/// Decides what the bundle holds of each touched path. Pure: nothing is read here.
struct FileSelection {
    let observation: Observation
    let secrets: SecretPaths
    let excluded: [Glob]
    let userID: UInt32
    let groups: Set<UInt32>

    /// Files longer than this are labelled instead of stored.
    static let largestFile: UInt64 = 4 << 30

    /// The selected files, in the order of their first touch.
    func select() -> [SelectedFile] {
        observation.files.compactMap { file in
            let path = observation.paths[file.path]
            guard path.first == UInt8(ascii: "/"), !Self.isOtherProcess(path) else { return nil }
            return select(file, path)
        }
    }

    private func select(_ file: TouchedFile, _ path: [UInt8]) -> SelectedFile {
        var record = FileRecord(path: ByteString(path), role: Self.role(of: file), metadata: nil)
        let isCode = file.uses.contains(.executed)
        guard let status = file.status else {
            record.absence = .missing
            return SelectedFile(record: record, source: .none, status: nil, isCode: isCode)
        }
        let target = file.target >= 0 ? observation.paths[file.target] : nil
        record.metadata = FileMetadata(status, linkTarget: target)
        if Self.isPseudo(path) { return selectPseudo(record, path, status) }
        if status.isSymlink {
            return SelectedFile(record: record, source: .link, status: status, isCode: isCode)
        }
        if status.isDirectory {
            return SelectedFile(record: record, source: .none, status: status, isCode: isCode)
        }
        guard status.isRegular else {
            record.absence = .special
            return SelectedFile(record: record, source: .none, status: status, isCode: isCode)
        }
        record.absence = absence(of: path, status)
        record.isDenied = isDenied(status) ? true : nil
        let source = record.absence == nil ? source(of: file, path, &record) : .none
        return SelectedFile(record: record, source: source, status: status, isCode: isCode)
    }

    private func selectPseudo(_ record: FileRecord, _ path: [UInt8], _ status: FileStatus) -> SelectedFile {
        var record = record
        var source = SelectedFile.Source.none
        if KernelFiles.isSystem(path), status.isSymlink {
            source = .link
        } else if excluded.contains(where: { $0.matches(path) }) {
            record.absence = .excluded
        } else if KernelFiles.isKept(path, status) {
            source = .kernel([])
        } else if !(KernelFiles.isSystem(path) && status.isDirectory) {
            record.absence = .pseudo
        }
        return SelectedFile(record: record, source: source, status: status, isCode: false)
    }

    private func absence(of path: [UInt8], _ status: FileStatus) -> FileRecord.Absence? {
        if secrets.isSecret(ByteString(path)) { return .secret }
        if excluded.contains(where: { $0.matches(path) }) { return .excluded }
        if status.sizeInBytes > Self.largestFile { return .overBudget }
        return nil
    }

    private func source(
        of file: TouchedFile, _ path: [UInt8], _ record: inout FileRecord
    ) -> SelectedFile.Source {
        guard file.preImage >= 0 else {
            if !file.uses.isDisjoint(with: [.written, .removed]) {
                record.absence = .changed
                record.note = "it was changed before Amber could keep it"
                return .none
            }
            return .present(path: observation.location(of: path, since: file.event))
        }
        switch observation.keeper.contents[Int(file.preImage)] {
        case .copied(let offset, let size):
            record.metadata?.sizeInBytes = size
            return .copy(offset: offset, size: size)
        case .held(let number): return .held(number)
        case .overBudget:
            record.absence = .overBudget
            return .none
        case .failed(let code):
            record.absence = code == Errno.accessDenied || code == Errno.notPermitted ? .unreadable : .storage
            record.note = Errno.text(of: code)
            return .none
        }
    }

    private func isDenied(_ status: FileStatus) -> Bool {
        if userID == 0 { return false }
        if status.userID == userID { return status.mode & 0o400 == 0 }
        if groups.contains(status.groupID) { return status.mode & 0o040 == 0 }
        return status.mode & 0o004 == 0
    }

    private static func role(of file: TouchedFile) -> FileRecord.Role {
        let uses = file.uses
        if file.status == nil { return uses.contains(.written) ? .written : .missing }
        if uses.contains(.removed) { return .deleted }
        if uses.contains(.readFirst) { return .readThenWritten }
        if uses.contains(.written) { return uses.contains(.read) ? .readThenWritten : .written }
        if uses.contains(.executed) { return .executed }
        return .read
    }

    /// What the kernel makes up: its content is never stored as a file of a layer.
    static func isPseudo(_ path: [UInt8]) -> Bool {
        pseudoRoots.contains { path.starts(with: $0) } && !path.starts(with: sharedMemory)
    }

    /// A process's own entries mean nothing elsewhere.
    private static func isOtherProcess(_ path: [UInt8]) -> Bool {
        guard path.starts(with: processes) else { return false }
        let name = path.dropFirst(processes.count).prefix { $0 != UInt8(ascii: "/") }
        return name.elementsEqual("self".utf8) || name.elementsEqual("thread-self".utf8)
            || name.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    private static let pseudoRoots = ["/proc/", "/sys/", "/dev/"].map { Array($0.utf8) }
    private static let sharedMemory = Array("/dev/shm/".utf8)
    private static let processes = Array("/proc/".utf8)
}

import AmberBundle
import AmberKernel
import AmberModel
import AmberRecipes

/// Hashes what was selected, and labels what is not what the run saw.
struct FileGathering {
    let store: LocalStore?
    let timeBudget: Duration
    /// The descriptor with the copies.
    let spool: Int32

    /// Completes the records: digests, sizes, absences, notes.
    func gather(_ files: inout [SelectedFile]) {
        let present = files.indices.filter { if case .present = files[$0].source { true } else { false } }
        var hasher = FileHasher(sizeLimit: FileSelection.largestFile, timeBudget: timeBudget)
        hasher.isMarked = { SecretPaths.looksLikePrivateKey($0) }
        let outcomes = hasher.hash(present.map { location(of: files[$0]) }, store: store)
        for (index, outcome) in zip(present, outcomes) { apply(outcome, to: &files[index]) }
        for index in files.indices {
            switch files[index].source {
            case .copy(let offset, let size):
                files[index].record.digest = FileHasher.digest(of: spool, offset: offset, sizeInBytes: size)
            case .held(let number):
                let size = (try? Files.status(of: number))?.sizeInBytes ?? 0
                files[index].record.metadata?.sizeInBytes = size
                files[index].record.digest = FileHasher.digest(of: number, sizeInBytes: size)
            case .kernel: gatherKernelFile(&files[index])
            case .none, .present, .link: break
            }
        }
    }

    /// Takes private keys out, wherever they lie; a package's files are public.
    func refusePrivateKeys(_ files: inout [SelectedFile]) {
        for index in files.indices { refusePrivateKey(&files[index]) }
    }

    /// Files of `/proc` go into the record, and their place in the sandbox is the sandbox's own; those of `/sys` are
    /// files of a layer.
    private func gatherKernelFile(_ file: inout SelectedFile) {
        let path = file.record.path.bytes
        guard let content = KernelFiles.content(of: path) else { return absent(&file, .pseudo, nil) }
        file.source = .kernel(content)
        file.record.metadata?.sizeInBytes = UInt64(content.count)
        file.record.note = "as it stood when the run had ended"
        if KernelFiles.isSystem(path) {
            file.record.digest = FileHasher.digest(of: content)
        } else {
            file.record.absence = .pseudo
            file.record.note = "its content when the run had ended is in .amber/pseudo"
        }
    }

    private func location(of file: SelectedFile) -> ByteString {
        guard case .present(let path) = file.source else { return file.record.path }
        return ByteString(path)
    }

    private func apply(_ outcome: FileHasher.Outcome, to file: inout SelectedFile) {
        switch outcome {
        case .hashed(let digest, let metadata):
            file.record.digest = digest
            file.looksLikePrivateKey = metadata.isMarked
            note(metadata, in: &file)
        case .changed(let metadata):
            file.looksLikePrivateKey = metadata.isMarked
            file.record.metadata?.sizeInBytes = metadata.sizeInBytes
            file.record.note = "it was being changed while the bundle was sealed"
        case .tooLarge: absent(&file, .overBudget, nil)
        case .special: absent(&file, .changed, "it is no regular file any more")
        case .timedOut: absent(&file, .timedOut, "the file system did not answer in time")
        case .unreadable(let code, let text):
            absent(&file, code == Errno.noEntry ? .vanished : .unreadable, text)
        }
    }

    private func note(_ now: FileHasher.Observation, in file: inout SelectedFile) {
        guard let first = file.status else { return }
        let isSame =
            first.sizeInBytes == now.sizeInBytes && first.modifiedAt == now.modifiedAt
            && first.inode == now.inode
        guard !isSame else { return }
        file.record.metadata?.sizeInBytes = now.sizeInBytes
        file.record.metadata?.modifiedAt = now.modifiedAt
        let milliseconds = max(now.modifiedAt - first.modifiedAt, 0) / 1_000_000
        file.record.note =
            first.inode == now.inode
            ? "changed from outside after its first touch (\(milliseconds) ms later by its times)"
            : "replaced from outside after its first touch"
    }

    private func absent(_ file: inout SelectedFile, _ absence: FileRecord.Absence, _ note: String?) {
        file.source = .none
        file.record.absence = absence
        file.record.note = note
    }

    /// A private key by its content, wherever it lies.
    private func refusePrivateKey(_ file: inout SelectedFile) {
        guard let size = file.record.metadata?.sizeInBytes, size > 0, size <= FileHasher.largestInspected,
            file.record.package == nil, !file.isCode
        else { return }
        let isKey: Bool
        switch file.source {
        case .present: isKey = file.looksLikePrivateKey
        case .copy(let offset, _): isKey = Self.isKey(spool, at: offset)
        case .held(let number): isKey = Self.isKey(number, at: 0)
        case .none, .link, .kernel: isKey = false
        }
        guard isKey else { return }
        absent(&file, .secret, "it holds a private key")
        file.record.digest = nil
    }

    private static func isKey(_ descriptor: Int32, at offset: UInt64) -> Bool {
        guard let head = try? Files.readBytes(descriptor, at: offset, count: 4096) else { return false }
        return SecretPaths.looksLikePrivateKey(head)
    }
}

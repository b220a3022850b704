import AmberKernel
import AmberModel

/// A touched path on its way into the bundle: its record, and where its content comes from.
struct SelectedFile {
    /// Where the content is.
    enum Source {
        /// There is none to store.
        case none
        /// The file as it stands now, at this place: the run did not change it.
        case present(path: [UInt8])
        /// A copy made before the run changed it.
        case copy(offset: UInt64, size: UInt64)
        /// The file itself, held open when it lost its name.
        case held(Int32)
        /// What the kernel says of itself, as it stood when the run had ended.
        case kernel([UInt8])
        /// A symbolic link: the record's target is all of it.
        case link
    }

    var record: FileRecord
    var source: Source
    /// What stood there at the first touch.
    var status: FileStatus?
    /// Executed or loaded: code, not data.
    var isCode: Bool
    /// Its beginning looks like a private key, as its hasher saw it; for files that are read where they stand.
    var looksLikePrivateKey = false
}

extension FileMetadata {
    /// What a bundle keeps of a file's status.
    init?(_ status: FileStatus, linkTarget: [UInt8]? = nil) {
        guard let kind = FileKind(mode: status.mode) else { return nil }
        let hasSize = kind == .file || kind == .symlink
        self.init(
            kind: kind, mode: status.mode & 0o7777, userID: status.userID, groupID: status.groupID,
            sizeInBytes: hasSize ? status.sizeInBytes : 0, modifiedAt: status.modifiedAt,
            linkTarget: linkTarget.map { ByteString($0) })
    }
}

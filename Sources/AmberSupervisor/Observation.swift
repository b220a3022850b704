package import AmberKernel

/// Everything that was seen of a run: files with their first state, processes, the trace, peers.
///
/// Built by one thread, the recorder's; read by others only after `Recorder.finish()` has joined that thread.
package final class Observation: @unchecked Sendable {
    // @unchecked: see above; `finish()` joins, which orders every write before every later read.

    /// What the recorder is to do beyond watching.
    package struct Options: Sendable {
        /// Keep the content of files before they change.
        package var keepsPreImages = true
        /// Where copies and the trace are spooled; nil keeps no content and the trace in memory.
        package var spoolDirectory: String?
        /// What copies may cost.
        package var budget = PreImageKeeper.Budget()

        package init() {}
    }

    /// Something about the run that the record cannot hold in full.
    package enum Label: Hashable, Sendable {
        /// A program asked for io_uring and was refused.
        case ring
        /// A program asked for a seccomp listener of its own.
        case ownListener
        /// Paths in another mount namespace were not followed.
        case foreignNamespace
        /// A caller's memory could not be read.
        case unreadableCaller
        /// A setuid or setgid program was started, without its privileges where no_new_privs was set.
        case privilegedProgram([UInt8])
        /// The recorder did not answer in time, and calls went on unrecorded.
        case tooSlow
    }

    package internal(set) var paths = PathTable()
    package internal(set) var files: [TouchedFile] = []
    package internal(set) var processes = ProcessLedger()
    package internal(set) var labels: Set<Label> = []
    /// Peers that the run connected to or sent to, in the kernel's form, in order of first use.
    package internal(set) var peers: [[UInt8]] = []
    var knownPeers: Set<[UInt8]> = []
    /// Most peers that are told apart: a server of datagrams may have any number of them.
    static let mostPeers = 10_000
    /// Directories that the run renamed, in the order of their events.
    var renamings: [Renaming] = []
    /// Those that the kernel may not have carried out yet, or not at all: calls are recorded before that, and a directory
    /// that is not empty, or another file system, make them fail.
    var pendingRenamings: [Renaming] = []
    package var events: EventSpool
    package var keeper: PreImageKeeper
    var resolver: PathResolver
    let options: Options
    let startedAt: Int64

    /// Index into `files` by number of a path; -1 where the path was only mentioned.
    var fileIndex: [Int32] = []
    /// What the programs said of their run, by name; the last word counts.
    package var annotations: [String: String] = [:]
    /// Files by what a caller wrote.
    var known: [PathKey: Int32] = [:]
    /// Files that must be copied before somebody writes to their inode under another name.
    var watchedInodes: [InodeKey: Int32] = [:]

    struct InodeKey: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    /// Starts to watch below a root directory, `/` for a run on this host.
    package convenience init(root: consuming OwnedDescriptor, options: Options) {
        self.init(
            root: root, options: options, startedAt: Clock.monotonic(),
            events: EventSpool(directory: options.spoolDirectory),
            keeper: PreImageKeeper(
                directory: options.keepsPreImages ? options.spoolDirectory : nil, budget: options.budget))
    }

    init(
        root: consuming OwnedDescriptor, options: Options, startedAt: Int64, events: consuming EventSpool,
        keeper: consuming PreImageKeeper
    ) {
        resolver = PathResolver(root: root)
        self.options = options
        self.startedAt = startedAt
        self.events = events
        self.keeper = keeper
    }

    /// CLOCK_MONOTONIC when watching began.
    package var beganAt: Int64 { startedAt }

    /// The touched file at a path; nil where the path was not touched.
    package func file(at path: [UInt8]) -> TouchedFile? {
        guard let number = paths.existingNumber(of: path), Int(number) < fileIndex.count,
            fileIndex[Int(number)] >= 0
        else { return nil }
        return files[Int(fileIndex[Int(number)])]
    }
}

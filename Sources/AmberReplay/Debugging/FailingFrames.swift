public import AmberBundle
import AmberKernel
public import AmberModel

/// The stack of a crash, out of a replay: where the run itself printed none, and nobody may look into a production process.
///
/// What is found is a debugger's view of another run of the same program, so it stands beside the recorded signature and
/// never in it. It is kept in the local store under the bundle's digest.
public enum FailingFrames {
    /// Most time that gdb has.
    private static let limit = Duration.seconds(120)

    /// Replays the bundle under gdb, unseen, and reads the stack where the failure happens.
    ///
    /// - Returns: The frames, innermost first; empty where gdb found none.
    /// - Throws: `ReplayError`: gdb is missing, or the failing process was not reached.
    public static func find(_ replay: ReplayConfiguration) throws -> [FailureSignature.Frame] {
        var configuration = DebugConfiguration(replay: replay)
        configuration.debugger = .gdb
        configuration.arguments = ["-batch"] + Self.commands.flatMap { ["-ex", ByteString($0)] }
        let stage = try DebugStage(configuration)
        let text = try Files.makeMemoryFile("amber-frames")
        let null = try Files.open("/dev/null", Files.Flag.readWrite)
        _ = try DebugSession.attach(stage, isQuiet: true) { processID, target, _ in
            try DebuggerProcess.run(
                GdbInvocation(processID, target, stage).command, releasing: nil,
                steps: [
                    .duplicate(null.number, to: 0), .duplicate(text.number, to: 1),
                    .duplicate(null.number, to: 2),
                ], limit: limit)
        }
        try Files.seek(text.number, to: 0)
        let said = String(decoding: try Files.readAll(text.number, limit: 16 << 20), as: UTF8.self)
        let frames = GdbBacktrace(said).frames
        if replay.changes.isEmpty { try keep(frames, stage) }
        return frames
    }

    private static let commands = [
        "set width 0", "set print frame-arguments none", "set filename-display absolute", "bt 100",
    ]

    /// What an earlier search found for this bundle; nil where there was none.
    public static func known(_ reader: BundleReader) -> [FailureSignature.Frame]? {
        guard let store = LocalStore.openDefault(),
            let bytes = try? Files.contents(KernelPath(place(reader, store)), limit: 1 << 20)
        else { return nil }
        return try? RecordJSON.decode([FailureSignature.Frame].self, from: bytes, subject: "frames")
    }

    private static func keep(_ frames: [FailureSignature.Frame], _ stage: DebugStage) throws {
        guard !frames.isEmpty else { return }
        let place = place(stage.bundle.reader, stage.bundle.store)
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let temporary = KernelPath("\(place)-\(ThisProcess.processID)")
        let file = try Files.open(temporary, flags, mode: 0o600)
        try Files.writeAll(file.number, try RecordJSON.encode(frames))
        try Files.rename(temporary, to: KernelPath(place))
    }

    private static func place(_ reader: BundleReader, _ store: LocalStore) -> String {
        let directory = store.directory + "/frames"
        try? Files.makeDirectories(directory, mode: 0o700)
        return directory + "/" + reader.manifestDigest.hexadecimal
    }
}

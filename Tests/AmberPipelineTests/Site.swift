import AmberKernel
import AmberModel
import AmberTestSupport
import Glibc

/// The place in which one program lives and fails; it can vanish, and is removed with everything around it.
///
/// `place` is `…/RANDOM/site`. What belongs to the test and not to the program (bundle, cache, verdict) lies apart.
final class Site: Sendable {
    /// Where the program's files are.
    let place: String
    /// Where the test keeps its own.
    let desk: String
    private let parent: String
    private let hidden: String

    /// A directory of this test process; everything is below it.
    static let base: String = {
        let parent = getenv("AMBER_TEST_DIRECTORY").map { String(cString: $0) } ?? "/var/tmp"
        let path = parent + "/amber-pipeline-\(getpid())"
        try? Files.makeDirectories(path, mode: 0o755)
        atexit { try? Files.removeTree(KernelPath(Site.base)) }
        return path
    }()

    /// Where desks are: in memory where that is large and new enough, because ext4 takes its time to make files where
    /// many were just removed, and every case makes and removes thousands.
    private static let deskBase: String = {
        var space = statvfs()
        let memory = "/dev/shm"
        guard statvfs(memory, &space) == 0, UInt64(space.f_bavail) * UInt64(space.f_bsize) >= 2 << 30,
            space.f_flag & 8 == 0, hasAttributesInMemory  // ST_NOEXEC (statvfs(3))
        else { return base }
        let path = memory + "/amber-pipeline-\(getpid())"
        try? Files.makeDirectories(path, mode: 0o755)
        atexit { try? Files.removeTree(KernelPath(Site.deskBase)) }
        return path
    }()

    /// tmpfs has the extended attributes that overlayfs wants since Linux 6.6 (tmpfs(5)).
    private static var hasAttributesInMemory: Bool {
        let release = (try? HostFacts.names().release) ?? ""
        let numbers = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 6)
    }

    /// Makes both directories, empty.
    init() throws {
        let name = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        parent = Site.base + "/" + name
        place = parent + "/site"
        hidden = Site.base + "/.hidden-" + name
        desk = Site.deskBase + "/desk-" + name
        try Files.makeDirectories(place, mode: 0o755)
        try Files.makeDirectories(desk, mode: 0o755)
    }

    deinit {
        for path in [parent, hidden, desk] { try? Files.removeTree(KernelPath(path)) }
    }

    /// Removes what is there and writes the files again, then runs the preparation.
    ///
    /// - Parameters:
    ///   - files: Text by path below the place; a script is made executable.
    ///   - preparation: Run by the shell in the place.
    func build(_ files: [String: String], _ preparation: String?) throws {
        try Files.removeTree(KernelPath(place))
        try Files.makeDirectories(place, mode: 0o755)
        for (name, text) in files { try write(text, to: place + "/" + name) }
        guard let preparation else { return }
        var program = TestProgram(["sh", "-ec", .init(preparation)], in: place)
        program.timeLimit = .seconds(120)
        let end = try program.run()
        guard end.status == 0 else { throw PreparationFailure(text: end.errorText + end.outputText) }
    }

    /// Writes a file, with the directories on its way.
    @discardableResult
    func write(_ text: String, to path: String) throws -> String {
        if let slash = path.lastIndex(of: "/") {
            try Files.makeDirectories(String(path[..<slash]), mode: 0o755)
        }
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file = try Files.open(KernelPath(path), flags, mode: text.hasPrefix("#!") ? 0o755 : 0o644)
        try Files.writeAll(file.number, Array(text.utf8))
        return path
    }

    /// Takes the place and the directory above it away.
    func hide() throws { try Files.rename(KernelPath(parent), to: KernelPath(hidden)) }

    /// Why a case could not be set up.
    struct PreparationFailure: Error, CustomStringConvertible {
        var text: String
        var description: String { "the case could not be prepared: \(text)" }
    }
}

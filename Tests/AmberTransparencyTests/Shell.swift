import AmberKernel
import Foundation
import Glibc

/// Runs shell scripts with pipes on their streams, natively or with `$RUN` standing for `amber capture … --`.
enum Shell {
    /// What a script left behind.
    struct Result: Equatable {
        var status: Int32
        var output: [UInt8]
        var error: [UInt8]

        var text: String { String(decoding: output, as: UTF8.self) }
        var errorText: String { String(decoding: error, as: UTF8.self) }

        /// Standard error without what Amber says of itself.
        var programError: String {
            var lines = errorText.split(separator: "\n", omittingEmptySubsequences: false)
            lines.removeAll { $0.hasPrefix("amber: ") || $0.hasSuffix(".amber") }
            return lines.joined(separator: "\n")
        }
    }

    struct Failure: Error { var code: Int32 }

    /// The executable under test: the one that was built together with these tests.
    static let amber: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().path + "/amber"
    }()

    /// Runs `script` with bash; a script that takes more than `seconds` is killed and ends with 137.
    static func run(
        _ script: String, in directory: String, environment: [String: String] = [:], seconds: Int = 60
    ) throws -> Result {
        let output = try Stream()
        let error = try Stream()
        let assignments = environment.merging(["AMBER": amber]) { given, _ in given }.map { "\($0)=\($1)" }
        let arguments =
            ["timeout", "--foreground", "-s", "KILL", "\(seconds)", "env", "-C", directory] + assignments
            + ["bash", "-c", script]
        let processID = try spawn(arguments, output: output.writeEnd, error: error.writeEnd)
        close(output.writeEnd)
        close(error.writeEnd)
        let reader = Thread { error.drain() }
        reader.start()
        output.drain()
        error.done.wait()
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return Result(status: code, output: output.bytes, error: error.bytes)
    }

    private static func spawn(_ arguments: [String], output: Int32, error: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, error, 2)
        // A group of its own: what a script sends to its group must not reach the tests.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The tests' threads block signals, and whoever started the tests may ignore some: scripts start afresh.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        var processID: pid_t = 0
        let code = posix_spawnp(&processID, arguments[0], &actions, &attributes, &argv, environ)
        guard code == 0 else { throw Failure(code: code) }
        return processID
    }

    /// One pipe and what came through it.
    private final class Stream: @unchecked Sendable {
        // @unchecked: `bytes` is written by the one thread that drains, and read after `done`.
        private(set) var bytes: [UInt8] = []
        let done = DispatchSemaphore(value: 0)
        let readEnd: Int32
        let writeEnd: Int32

        init() throws {
            (readEnd, writeEnd) = try Pipe().takeBoth()
        }

        func drain() {
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(readEnd, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                bytes += chunk[..<count]
            }
            close(readEnd)
            done.signal()
        }
    }
}

import Foundation

/// A directory of one test, with a cache of its own, removed with everything in it.
final class Workplace: Sendable {
    /// The working directory of scripts; its path is the same for both runs of a comparison.
    let directory: String
    /// XDG_CACHE_HOME of captured runs.
    let cache: String
    /// Where captured runs put their bundle.
    let bundle: String
    private let root: String

    init() throws {
        root = "/tmp/amber-transparency-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        directory = root + "/work"
        cache = root + "/cache"
        bundle = root + "/run.amber"
        for path in [directory, cache] { try Self.makeDirectory(path) }
    }

    deinit {
        _ = try? Shell.run("chmod -R u+w '\(root)'; rm -rf '\(root)'", in: "/tmp")
    }

    /// Runs a script natively: `$RUN` is empty.
    func native(_ script: String, seconds: Int = 60) throws -> Shell.Result {
        try Shell.run(script, in: directory, environment: environment(run: ""), seconds: seconds)
    }

    /// Runs a script with `$RUN` standing for `amber capture`.
    func captured(_ script: String, policy: String = "failure", seconds: Int = 60) throws -> Shell.Result {
        let run = "\(Shell.amber) capture --on \(policy) --output \(bundle) --"
        return try Shell.run(script, in: directory, environment: environment(run: run), seconds: seconds)
    }

    /// Names, kinds, modes and contents of everything in the working directory.
    func tree() throws -> String {
        let script = """
            find . -printf '%P %y %m %l\\n' | LC_ALL=C sort
            find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum
            """
        return try Shell.run(script, in: directory).text
    }

    /// Empties the working directory.
    func clear() throws {
        _ = try Shell.run("chmod -R u+w '\(directory)'; rm -rf '\(directory)'", in: "/tmp")
        try Self.makeDirectory(directory)
    }

    /// Files below the cache that are not directories: what a run left there.
    func leftovers() throws -> String { try Shell.run("find . -type f", in: cache).text }

    /// Processes that mention the workplace or guard it, but for the one that asks.
    func processes() throws -> String {
        try Shell.run("pgrep -fa '\(root)' | grep -v -e pgrep -e 'env -C' -e bash; true", in: "/tmp").text
    }

    private func environment(run: String) -> [String: String] {
        [
            "RUN": run, "XDG_CACHE_HOME": cache, "VICTIMS": Victims.directory, "BUNDLE": bundle,
            "LC_ALL": "C.UTF-8",
        ]
    }

    private static func makeDirectory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
}

extension RecipeDecoder {
    /// Files of `/proc` that tell of the machine, not of a process, and whose reading changes nothing and waits for
    /// nothing (proc(5)): not `kmsg`, which is read empty, nor what only root may know.
    private static let machineFiles = [
        "buddyinfo", "diskstats", "filesystems", "loadavg", "meminfo", "pressure", "softirqs", "stat",
        "swaps",
        "sys/fs", "sys/kernel", "sys/vm", "uptime", "version", "vmstat", "zoneinfo",
    ]

    /// Reads `probes`: what is looked at after a failure.
    func probes(_ node: YamlNode?) throws(RecipeError) -> [Recipe.Probe] {
        var probes: [Recipe.Probe] = []
        for item in items(node) {
            let keys = try mapping(item, known: ["name", "read", "run", "seconds"], required: ["name"])
            guard let name = keys["name"], (keys["read"] == nil) != (keys["run"] == nil) else {
                throw error(item, "expected exactly one of read, run")
            }
            if let seconds = keys["seconds"], keys["run"] == nil {
                throw error(seconds, "`seconds` without `run`; reading has no time of its own")
            }
            let seconds = try keys["seconds"].map { node throws(RecipeError) in try number(node, in: 1...10) }
            let look: Recipe.Probe.Look =
                if let run = keys["run"] { .command(try command(run)) } else {
                    .files(try machineFiles(keys["read"]))
                }
            probes.append(Recipe.Probe(name: try text(name), look: look, seconds: seconds ?? 2))
            if probes.count > 16 { throw error(item, "more than 16 probes") }
        }
        return probes
    }

    private func command(_ node: YamlNode) throws(RecipeError) -> [String] {
        guard case .sequence = node.content else {
            throw error(node, "\(node.kind); expected a list: a program and its arguments, no shell reads it")
        }
        let words = try texts(node)
        guard let program = words.first, program == "{program}" || program.hasPrefix("/") else {
            throw error(items(node).first ?? node, "expected `{program}`, or a program's absolute path")
        }
        guard words.count <= 32 else { throw error(node, "more than 32 words") }
        return words
    }

    private func machineFiles(_ node: YamlNode?) throws(RecipeError) -> [String] {
        var paths: [String] = []
        for item in items(node) {
            let path = try text(item)
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            let isKnown =
                path.hasPrefix("/sys/fs/cgroup/")
                || Self.machineFiles.contains { path == "/proc/\($0)" || path.hasPrefix("/proc/\($0)/") }
            guard isKnown, !parts.contains(where: { ["", ".", "..", "**"].contains($0) }) else {
                throw error(
                    item,
                    "expected a file below /sys/fs/cgroup/, or of /proc one of \(Self.machineFiles.joined(separator: ", "))"
                )
            }
            paths.append(path)
        }
        return paths
    }
}

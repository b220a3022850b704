/// The limits that control groups set to this process.
enum ControlGroupSurvey {
    /// Reads the limits, by file name; of a group and the groups above it the tightest one counts.
    ///
    /// Source: cgroups(7), kernel `admin-guide/cgroup-v2.rst` and `cgroup-v1/*.rst`.
    static func limits(_ tree: TreeReader) -> [String: String] {
        var limits: [String: String] = [:]
        let mounts = String(
            decoding: tree.prefix("/proc/self/mountinfo", limit: 1 << 22) ?? [], as: UTF8.self)
        let places = parseMounts(mounts)
        let groups = String(decoding: tree.prefix("/proc/self/cgroup", limit: 1 << 16) ?? [], as: UTF8.self)
        for line in groups.split(separator: "\n") {
            // `ID:CONTROLLERS:PATH`, with no controllers for version 2 (cgroups(7)).
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(
                String.init)
            guard fields.count == 3 else { continue }
            let controllers = fields[1].split(separator: ",").map(String.init)
            let isSecond = fields[0] == "0" && controllers.isEmpty
            for place in places
            where isSecond ? place.isSecond : !place.controllers.isDisjoint(with: controllers) {
                for directory in directories(from: place, group: fields[2]) {
                    let files = isSecond ? second : controllers.flatMap { first[$0] ?? [] }
                    for file in files where limits[file].map(isUnlimited) ?? true {
                        if let value = HostSurvey.line("\(directory)/\(file)", tree) { limits[file] = value }
                    }
                }
            }
        }
        return limits
    }

    private struct Place {
        var directory: String
        var root: String
        var isSecond: Bool
        var controllers: Set<String>
    }

    /// Gives the group's directory and those above it; inside a cgroup namespace the mount's root is the group's own.
    private static func directories(from place: Place, group: String) -> [String] {
        var path = group
        if place.root != "/", path.hasPrefix(place.root) { path = String(path.dropFirst(place.root.count)) }
        var parts = path.split(separator: "/").map(String.init)
        guard parts.count <= 64, !parts.contains("..") else { return [place.directory] }
        var directories: [String] = []
        while true {
            directories.append(([place.directory] + parts).joined(separator: "/"))
            if parts.popLast() == nil { return directories }
        }
    }

    private static func isUnlimited(_ value: String) -> Bool {
        // Version 1 says the largest multiple of the page size for memory, -1 for CPU time.
        value == "max" || value == "-1" || value.hasPrefix("max ") || value.hasPrefix("92233720368547")
    }

    private static func parseMounts(_ text: String) -> [Place] {
        var places: [Place] = []
        for line in text.split(separator: "\n") {
            // `ID PARENT DEV ROOT PLACE OPTIONS [FIELDS…] - TYPE SOURCE OPTIONS` (proc_pid_mountinfo(5)).
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-") else { continue }
            let before = fields[..<dash]
            let after = Array(fields[(dash + 1)...])
            guard before.count >= 5, after.count >= 3, after[0] == "cgroup" || after[0] == "cgroup2" else {
                continue
            }
            places.append(
                Place(
                    directory: String(before[4]), root: String(before[3]), isSecond: after[0] == "cgroup2",
                    controllers: Set(after[2].split(separator: ",").map(String.init))))
        }
        return places
    }

    private static let second = [
        "memory.max", "memory.high", "memory.swap.max", "memory.low", "cpu.max", "cpu.weight",
        "cpuset.cpus.effective",
        "cpuset.mems.effective", "pids.max", "io.max",
    ]
    private static let first: [String: [String]] = [
        "memory": ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.soft_limit_in_bytes"],
        "cpu": ["cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.shares"],
        "cpuset": ["cpuset.cpus", "cpuset.mems"],
        "pids": ["pids.max"],
    ]
}

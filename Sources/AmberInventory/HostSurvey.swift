import AmberKernel
package import AmberModel

/// Looks at the machine around a run.
///
/// Each fact stands alone: what cannot be read is left out, and never hinders the rest. Costs about 2 ms.
package enum HostSurvey {
    /// Collects the facts of this machine.
    ///
    /// - Parameter environment: The run's environment, `NAME=value` entries; tells time zone, locale and container.
    /// - Returns: Every fact that could be read.
    package static func record(environment: [ByteString]) -> HostRecord {
        record(environment: environment, tree: TreeReader(root: "/"))
    }

    static func record(environment: [ByteString], tree: TreeReader) -> HostRecord {
        let variables = self.variables(environment)
        let names = try? HostFacts.names()
        let processor = ProcessorInfo(tree.prefix("/proc/cpuinfo", limit: 1 << 16) ?? [])
        return HostRecord(
            kernelRelease: names?.release ?? "", kernelVersion: names?.version ?? "",
            architecture: names?.machine ?? "", hostName: names?.node ?? "",
            distribution: OSRelease.read(tree),
            processorModel: processor.model, processorFlags: processor.flags,
            processorCount: (try? HostFacts.processorCount()) ?? 1,
            memoryInBytes: (try? HostFacts.memoryInBytes()) ?? 0,
            controlGroup: ControlGroupSurvey.limits(tree), timeZone: timeZone(variables, tree),
            locale: variables.filter { $0.key == "LANG" || $0.key == "LANGUAGE" || $0.key.hasPrefix("LC_") },
            sysctls: sysctls(tree), container: ContainerSurvey.engine(variables, tree))
    }

    /// Reads one line of a pseudo-file, without the white space around it; nil where it is empty or not there.
    static func line(_ path: String, _ tree: TreeReader) -> String? {
        guard let bytes = tree.prefix(path, limit: 4096) else { return nil }
        let line = bytes.prefix { $0 != 10 }.map { $0 == 9 ? 32 : $0 }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private static func variables(_ environment: [ByteString]) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in environment {
            guard let equals = entry.bytes.firstIndex(of: UInt8(ascii: "=")),
                let name = String(validating: entry.bytes[..<equals], as: UTF8.self)
            else { continue }
            variables[name] = variables[name] ?? String(decoding: entry.bytes[(equals + 1)...], as: UTF8.self)
        }
        return variables
    }

    // MARK: - Time zone

    /// Names the zone as tzset(3) finds it: TZ, else what `/etc/localtime` links to, else Debian's `/etc/timezone`.
    private static func timeZone(_ variables: [String: String], _ tree: TreeReader) -> String? {
        if let zone = variables["TZ"], !zone.isEmpty {
            return zone.hasPrefix(":") ? String(zone.dropFirst()) : zone
        }
        if let target = tree.linkTarget("/etc/localtime") {
            // `/usr/share/zoneinfo/Europe/Berlin`, or the same from below another directory.
            let parts = PathText(target).components.map { String(decoding: $0, as: UTF8.self) }
            if let place = parts.lastIndex(of: "zoneinfo"), place + 1 < parts.count {
                return parts[(place + 1)...].joined(separator: "/")
            }
        }
        return line("/etc/timezone", tree)
    }

    // MARK: - sysctls

    private static func sysctls(_ tree: TreeReader) -> [String: String] {
        var values: [String: String] = [:]
        for name in names {
            let path = "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 })
            values[name] = line(path, tree)
        }
        return values
    }

    /// What changes the behaviour of programs: limits they run into, addresses they get, calls they may make.
    private static let names = [
        "fs.aio-max-nr", "fs.file-max", "fs.inotify.max_queued_events", "fs.inotify.max_user_instances",
        "fs.inotify.max_user_watches", "fs.mqueue.msg_max", "fs.nr_open", "fs.pipe-max-size",
        "fs.protected_fifos", "fs.protected_hardlinks", "fs.protected_regular", "fs.protected_symlinks",
        "fs.suid_dumpable", "kernel.core_pattern", "kernel.core_uses_pid", "kernel.io_uring_disabled",
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.ngroups_max", "kernel.perf_event_paranoid",
        "kernel.pid_max", "kernel.randomize_va_space", "kernel.sched_rt_runtime_us", "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax", "kernel.shmmni", "kernel.threads-max", "kernel.unprivileged_bpf_disabled",
        "kernel.unprivileged_userns_clone", "kernel.yama.ptrace_scope", "net.core.rmem_max",
        "net.core.somaxconn",
        "net.core.wmem_max", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_tw_reuse", "net.ipv6.bindv6only",
        "net.ipv6.conf.all.disable_ipv6", "user.max_user_namespaces", "vm.max_map_count", "vm.mmap_min_addr",
        "vm.nr_hugepages", "vm.overcommit_memory", "vm.overcommit_ratio", "vm.swappiness",
    ]
}

/// Which container engine this process runs under.
enum ContainerSurvey {
    /// Names the engine; nil outside of containers, or where nothing gives it away.
    static func engine(_ variables: [String: String], _ tree: TreeReader) -> String? {
        if let podman = tree.prefix("/run/.containerenv", limit: 1 << 16) {
            // `engine="podman-4.3.1"` in a rootful container, an empty file in others (podman-run(1)).
            return OSRelease.parse(String(decoding: podman, as: UTF8.self))["engine"] ?? "podman"
        }
        if variables["KUBERNETES_SERVICE_HOST"]?.isEmpty == false { return "kubernetes" }
        // systemd and lxc leave the name (https://systemd.io/CONTAINER_INTERFACE).
        if let name = variables["container"], !name.isEmpty { return name }
        if let name = HostSurvey.line("/run/systemd/container", tree) { return name }
        if tree.prefix("/.dockerenv", limit: 1) != nil { return "docker" }
        let groups = PathText(tree.prefix("/proc/self/cgroup", limit: 1 << 16) ?? [])
        return names.first { groups.contains(any: [Array($0.mark.utf8)]) }?.engine
    }

    private static let names: [(mark: String, engine: String)] = [
        ("/kubepods", "kubernetes"), ("/docker", "docker"), ("/libpod", "podman"), ("/lxc", "lxc"),
        ("/machine.slice/systemd-nspawn", "systemd-nspawn"), ("/garden", "garden"),
        ("/actions_job", "docker"),
    ]
}

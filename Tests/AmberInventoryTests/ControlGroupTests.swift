import AmberModel
import Testing

@testable import AmberInventory

@Suite struct ControlGroupTests {
    @Test func `of a group and those above it the tightest limit counts`() throws {
        let tree = TemporaryTree()
        try tree.write(
            "/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n")
        try tree.write("/proc/self/cgroup", "0::/system.slice/job.service\n")
        try tree.write("/sys/fs/cgroup/system.slice/job.service/memory.max", "max\n")
        try tree.write("/sys/fs/cgroup/system.slice/job.service/cpu.max", "50000 100000\n")
        try tree.write("/sys/fs/cgroup/system.slice/memory.max", "1073741824\n")
        try tree.write("/sys/fs/cgroup/system.slice/cpu.max", "max 100000\n")
        #expect(
            ControlGroupSurvey.limits(tree.reader) == ["memory.max": "1073741824", "cpu.max": "50000 100000"])
    }

    @Test func `version 1 has a place for each controller`() throws {
        let tree = TemporaryTree()
        try tree.write(
            "/proc/self/mountinfo",
            """
            31 30 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            32 30 0:28 /docker/ab /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            """)
        try tree.write("/proc/self/cgroup", "9:memory:/a\n8:cpu,cpuacct:/docker/ab\n7:name=systemd:/\n")
        try tree.write("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n")
        try tree.write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "20000\n")
        #expect(
            ControlGroupSurvey.limits(tree.reader)
                == ["memory.limit_in_bytes": "9223372036854771712", "cpu.cfs_quota_us": "20000"])
    }

    @Test(arguments: ["", "0::", "0::/../../etc", "::::", "x", "30 23 0:26 / - cgroup2", "- - -"])
    func `damaged descriptions give no limits`(_ text: String) throws {
        let tree = TemporaryTree()
        try tree.write("/proc/self/mountinfo", text)
        try tree.write("/proc/self/cgroup", text)
        #expect(ControlGroupSurvey.limits(tree.reader).isEmpty)
    }
}

@Suite struct ContainerSurveyTests {
    @Test(arguments: [
        ("/.dockerenv", "", "docker"), ("/run/.containerenv", "engine=\"podman-4.3.1\"\n", "podman-4.3.1"),
        ("/run/.containerenv", "", "podman"), ("/run/systemd/container", "lxc\n", "lxc"),
        ("/proc/self/cgroup", "0::/kubepods.slice/x\n", "kubernetes"), ("/etc/nothing", "", nil as String?),
    ])
    func `an engine is told by what it leaves behind`(
        _ path: String, _ text: String, _ engine: String?
    ) throws {
        let tree = TemporaryTree()
        try tree.write(path, text)
        #expect(ContainerSurvey.engine([:], tree.reader) == engine)
    }

    @Test func `a pod is told by its environment`() {
        #expect(
            ContainerSurvey.engine(["KUBERNETES_SERVICE_HOST": "10.0.0.1"], TemporaryTree().reader)
                == "kubernetes")
    }
}

extension TemporaryTree {
    /// Reads the tree as the surveys do.
    var reader: TreeReader { TreeReader(root: path) }
}

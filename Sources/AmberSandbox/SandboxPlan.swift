package import AmberKernel

/// A sandbox as a value: what is mounted where, who runs, under which limits. Printed by `replay --dry-run`.
package struct SandboxPlan: Hashable, Sendable {
    /// A file of ours that is shown at a place inside, read-only.
    package struct Overlay: Hashable, Sendable {
        package var source: String
        package var target: String

        package init(source: String, target: String) {
            self.source = source
            self.target = target
        }
    }

    /// Lower directories of the root, topmost first.
    package var layers: [String]
    /// Where changes go; a directory of its own for each replay.
    package var upper: String
    /// overlayfs's own directory, on the file system of `upper`.
    package var work: String
    /// Where the root is mounted while it is built.
    package var mountPoint: String
    /// Directory that a tmpfs for `upper` and `work` is mounted on; nil where the disk serves.
    package var temporaryStorage: String?
    /// Recorded pseudo-files that are bound over the kernel's.
    package var overlays: [Overlay] = []
    /// Directories that /dev/shm has the files of, topmost first.
    package var sharedMemory: [String] = []
    /// The recorded run had peers of IPv6.
    package var hasVersion6 = false
    /// Host name inside.
    package var hostName: String
    /// Ids inside.
    package var identity: SandboxIdentity
    /// The first program's pid inside; 1 makes it the namespace's init.
    package var processID: Int32
    /// Working directory inside.
    package var workingDirectory: KernelPath
    /// umask.
    package var mask: UInt32
    /// setrlimit(2): resource, soft, hard.
    package var limits: [Limit]
    /// Nice value.
    package var nice: Int32
    /// What the monotonic and the boot clock are ahead of this machine's, in nanoseconds; nil leaves them alone.
    package var clockOffsets: ClockOffsets?
    /// How init is asked for pids; nil leaves them to the kernel.
    package var steering: ChildStep.Steering?

    /// Offsets of a time namespace (time_namespaces(7)).
    package struct ClockOffsets: Hashable, Sendable {
        package var monotonic: Int64
        package var boottime: Int64

        package init(monotonic: Int64, boottime: Int64) {
            self.monotonic = monotonic
            self.boottime = boottime
        }
    }

    /// A resource limit.
    package struct Limit: Hashable, Sendable {
        package var resource: Int32
        package var soft: UInt64
        package var hard: UInt64

        package init(resource: Int32, soft: UInt64, hard: UInt64) {
            self.resource = resource
            self.soft = soft
            self.hard = hard
        }
    }

    package init(
        layers: [String], upper: String, work: String, mountPoint: String, temporaryStorage: String?,
        hostName: String,
        identity: SandboxIdentity, processID: Int32, workingDirectory: KernelPath, mask: UInt32,
        limits: [Limit],
        nice: Int32
    ) {
        self.layers = layers
        self.upper = upper
        self.work = work
        self.mountPoint = mountPoint
        self.temporaryStorage = temporaryStorage
        self.hostName = hostName
        self.identity = identity
        self.processID = processID
        self.workingDirectory = workingDirectory
        self.mask = mask
        self.limits = limits
        self.nice = nice
    }
}

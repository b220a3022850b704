import AmberKernel
import AmberModel
import AmberSupervisor

/// What the command inherits from whoever starts it, read before anything is changed.
struct Circumstances {
    var environment: [[UInt8]]
    var workingDirectory: [UInt8]
    var userID: UInt32
    var groupID: UInt32
    var groups: [UInt32]
    var mask: UInt32
    var limits: [RunRecord.Limit]
    var nice: Int32
    var ignoredSignals: UInt64
    var blockedSignals: UInt64
    var inherited: InheritedDescriptors

    /// Reads them, and blocks the signals that a supervisor takes as events.
    init() {
        inherited = InheritedDescriptors()
        environment = ThisProcess.environment
        workingDirectory = (try? Files.workingDirectory()) ?? Array("/".utf8)
        userID = ThisProcess.userID
        groupID = ThisProcess.groupID
        groups = ThisProcess.groups
        mask = ThisProcess.mask
        limits = ThisProcess.limits.map { limit in
            RunRecord.Limit(
                resource: limit.resource, soft: limit.soft == .max ? nil : limit.soft,
                hard: limit.hard == .max ? nil : limit.hard)
        }
        nice = ThisProcess.nice
        ignoredSignals = Signals.ignored
        blockedSignals = Signals.block(SignalPolicy.blocked)
        // Ignored SIGCHLD would have the kernel throw the command's status away (wait(2)).
        Signals.restoreDefault(Signals.child)
    }

    /// Gives this process the mask and the actions back that it was started with.
    func restoreSignals() {
        Signals.block(blockedSignals)
        if Self.numbers(of: ignoredSignals).contains(Signals.child) { Signals.ignore(Signals.child) }
    }

    /// The value of a variable.
    func variable(_ name: String) -> String? {
        let prefix = Array((name + "=").utf8)
        return environment.first { $0.starts(with: prefix) }.map {
            String(decoding: $0.dropFirst(prefix.count), as: UTF8.self)
        }
    }

    /// The set bits as signal numbers.
    static func numbers(of mask: UInt64) -> [Int32] {
        (Int32(1)...64).filter { mask >> UInt64($0 - 1) & 1 == 1 }
    }
}

import AmberKernel
import AmberModel

/// Runs a command that may look and nothing else: in namespaces of its own, where every mount is read-only, there is no
/// network, no capability, and no process but its own; its output and time are bounded, and at its limit all of it ends.
///
/// Needs user namespaces and mount_setattr(2) (Linux 5.12); where those are refused nothing is run.
struct ProbeRun {
    /// What came of it.
    struct Result {
        var output: [UInt8] = []
        var isTruncated = false
        var outcome: Outcome?
        var duration: Int64 = 0
        /// Why nothing was run.
        var refusal: String?
    }

    /// Most bytes of output that are kept.
    static let outputLimit = 64 << 10
    /// User, mount, pid, network and IPC namespaces (namespaces(7)).
    private static let namespaces: UInt64 =
        0x1000_0000 | 0x0002_0000 | 0x2000_0000 | 0x4000_0000 | 0x0800_0000

    let command: [ByteString]
    let limit: Duration

    /// Runs it, and returns when nothing of it is left.
    func run() -> Result {
        do { return try attempt() } catch let failure as SpawnedChild.Failure {
            return Result(refusal: "this kernel gives no place where it can change nothing: \(failure)")
        } catch {
            return Result(refusal: "this kernel gives no place where it can change nothing: \(error)")
        }
    }

    private func attempt() throws -> Result {
        let null = try Files.open("/dev/null", Files.Flag.readWrite)
        let output = try Pipe()
        let mapped = try Pipe()
        let began = Clock.monotonic()
        let child = try SpawnedChild(
            steps: steps(null.number, output.writeEnd.number, mapped.readEnd.number),
            namespaces: Self.namespaces)
        do { try Self.mapIdentity(of: child.processID) } catch {
            try? child.send(Signals.kill)
            Self.bury(child)
            throw error
        }
        try Files.writeAll(mapped.writeEnd.number, [1])
        let reading = output.takeReadEnd()
        do { try child.awaitExec() } catch {
            Self.bury(child)
            throw error
        }
        var result = Result()
        let isOver = read(reading.number, until: began + limit.nanoseconds, &result)
        // The first process of a pid namespace takes all others with it (pid_namespaces(7)).
        if !isOver { try? child.send(Signals.kill) }
        let outcome = Self.bury(child)
        result.outcome = isOver || result.isTruncated ? outcome : .timedOut
        result.duration = Clock.monotonic() - began
        return result
    }

    /// Order: the maps must stand before anything is mounted; mounts are private before they are changed; rights are
    /// given up last.
    private func steps(_ null: Int32, _ output: Int32, _ mapped: Int32) -> [ChildStep] {
        let isPrivate: UInt64 = 1 << 18 | 16384
        return [
            .deathSignal(Signals.kill), .await(mapped), .newSession,
            .mount(source: nil, target: "/", type: nil, flags: isPrivate, data: nil, mayBeRefused: false),
            .readOnlyMounts, .duplicate(null, to: 0), .duplicate(output, to: 1), .duplicate(output, to: 2),
            .keepStandardDescriptors, .defaultSignals, .blockedSignals(0), .changeDirectory("/"), .nice(10),
            .noNewPrivileges,
            .execute(
                KernelPath(command[0].bytes), arguments: command.map { KernelPath($0.bytes) },
                environment: ["PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/nonexistent"]),
        ]
    }

    /// One user, who is nobody special inside: exec takes the namespace's capabilities from all but its root.
    private static func mapIdentity(of processID: Int32) throws(SyscallError) {
        let user = ThisProcess.userID
        let group = ThisProcess.groupID
        try IdentityMap.write(
            users: [IdentityMap(inside: max(user, 1), outside: user, count: 1)],
            groups: [IdentityMap(inside: max(group, 1), outside: group, count: 1)], for: processID)
    }

    /// Reads until the output ends or too much has come: true; false at the deadline.
    private func read(_ descriptor: Int32, until deadline: Int64, _ result: inout Result) -> Bool {
        while true {
            let rest = (deadline - Clock.monotonic()) / 1_000_000
            var items = [Poll.Item(descriptor)]
            guard rest > 0, Poll.wait(&items, milliseconds: Int32(clamping: rest)) > 0,
                let piece = try? Files.readSome(descriptor, limit: 1 << 14)
            else { return false }
            if piece.isEmpty { return true }
            result.output += piece.prefix(Self.outputLimit - result.output.count)
            result.isTruncated = result.isTruncated || result.output.count == Self.outputLimit
            if result.isTruncated { return false }
        }
    }

    /// Waits for the end of a process that ends by itself or was killed.
    @discardableResult
    private static func bury(_ child: borrowing SpawnedChild) -> Outcome? {
        for round in 0..<100 {
            var items = [Poll.Item(child.descriptor.number)]
            _ = Poll.wait(&items, milliseconds: 50)
            switch child.nextState() {
            case .exited(let code, _): return .exited(code: code)
            case .signaled(let signal, _): return .signaled(signal: signal)
            // It has closed its output and lives on.
            case .stopped, .continued, nil: if round == 20 { try? child.send(Signals.kill) }
            }
        }
        return nil
    }
}

import AmberKernel
import AmberModel
import AmberSupervisor

/// The JVM's debug agent: its libraries, and the option that loads it.
///
/// Source: JPDA "Connection and Invocation Details"; JVM TI, "JAVA_TOOL_OPTIONS".
enum JavaAgent {
    private static let variable = "JAVA_TOOL_OPTIONS"

    /// The replay with the option for the target alone: that JVM waits before its first class for a debugger.
    static func prepare(
        _ stage: DebugStage, _ target: DebugTarget?, port: UInt16
    ) throws -> (ReplayLaunch, any CallHandler) {
        var replay = stage.configuration.replay
        let recorded = DebugModule.value(of: variable, stage.run, replay)
        let agent = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,quiet=y,address=127.0.0.1:\(port)"
        let name = Array("\(variable)=".utf8)
        let value = Array(agent.utf8) + (recorded.map { [UInt8(ascii: " ")] + $0 } ?? [])
        let playback = stage.stage.playback
        guard let target else {
            replay.environment =
                [ByteString(name + value)] + replay.environment.filter { !$0.bytes.starts(with: name) }
            return (try ReplayLaunch(stage.stage, replay), playback)
        }
        let gate = AgentGate(variable, value, target, next: playback)
        replay.environment = [gate.entry] + replay.environment
        return (try ReplayLaunch(stage.stage, replay), gate)
    }

    /// Refuses a bundle without the agent's libraries, and says how they get in.
    static func check(_ stage: DebugStage) throws {
        guard let target = try stage.runtimeTarget() else { return }
        // PREFIX/bin/java has its libraries in PREFIX/lib; a JDK 8 has them deeper, and another layout is not judged.
        let parts = target.path.description.split(separator: "/")
        guard parts.count > 2, parts[parts.count - 2] == "bin" else { return }
        let library = "/" + parts.dropLast(2).joined(separator: "/") + "/lib"
        guard stage.holds(library + "/libjvm.so") || stage.holds(library + "/server/libjvm.so") else {
            return
        }
        let given = Set(stage.configuration.replay.replacements.map(\.path.description))
        let missing = ["libjdwp.so", "libdt_socket.so"].map { "\(library)/\($0)" }.filter {
            !stage.holds($0) && !given.contains($0)
        }
        guard !missing.isEmpty else { return }
        throw ReplayError(
            .debugger, "the bundle lacks the JVM's debug agent: \(missing.joined(separator: ", "))",
            remedy: "Add it from the same JDK: "
                + missing.map { "--with-file \($0)=\($0)" }.joined(separator: " "))
    }
}

extension DebugStage {
    /// True where a layer holds a file at this path.
    func holds(_ path: String) -> Bool {
        bundle.layers.contains { (try? Files.status(KernelPath($0 + path))) != nil }
    }
}

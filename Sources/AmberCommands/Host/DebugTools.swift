import AmberKernel
import AmberReplay

/// The debuggers and tools of this machine that `amber debug` and `amber exec --tool` can use.
///
/// One that is installed need not start: each is tried.
enum DebugTools {
    private struct Tool {
        let name: String
        let arguments: [String]
        let use: String
        let remedy: String
    }

    private static let tools: [Tool] = [
        Tool(name: "gdb", arguments: ["--version"], use: "native programs", remedy: "apt-get install gdb"),
        Tool(
            name: "lldb", arguments: ["--version"], use: "native programs; values of Swift",
            remedy: "apt-get install lldb"),
        Tool(name: "dlv", arguments: ["version"], use: "Go; gdb otherwise", remedy: "apt-get install delve"),
        Tool(
            name: "node", arguments: ["--version"], use: "Node; chrome://inspect otherwise",
            remedy: "apt-get install nodejs"),
        Tool(
            name: "jdb", arguments: ["-version"], use: "the JVM; an IDE otherwise",
            remedy: "apt-get install default-jdk-headless"),
        Tool(
            name: "python3", arguments: ["-c", "import debugpy; print('debugpy', debugpy.__version__)"],
            use: "--dap of Python; pdb needs nothing", remedy: "python3 -m pip install debugpy"),
        Tool(name: "strace", arguments: ["--version"], use: "exec --tool", remedy: "apt-get install strace"),
        Tool(name: "ltrace", arguments: ["--version"], use: "exec --tool", remedy: "apt-get install ltrace"),
        Tool(
            name: "perf", arguments: ["--version"], use: "exec --tool", remedy: "apt-get install linux-perf"),
        Tool(
            name: "valgrind", arguments: ["--version"], use: "exec --tool", remedy: "apt-get install valgrind"
        ),
    ]

    /// What is here, in `amber doctor`'s form; each costs a start of the tool.
    static var findings: [SandboxProbe.Finding] { tools.map(finding) }

    private static func finding(_ tool: Tool) -> SandboxProbe.Finding {
        let place = ProgramSearch.find(tool.name)
        let words = ["sh", "-c", "exec \"$0\" \"$@\" 2>&1", tool.name] + tool.arguments
        let result = place == nil ? nil : ToolRun.run(words, limit: .seconds(30))
        let isUsable = result?.code == 0
        let lines = String(decoding: result?.output ?? [], as: UTF8.self).split(separator: "\n")
        let said = String((isUsable ? lines.first : lines.last) ?? "")
        return SandboxProbe.Finding(
            feature: tool.name == "python3" ? "debugpy" : tool.name, neededFor: "debug",
            isAvailable: isUsable,
            detail: isUsable
                ? "\(said): \(tool.use)" : place == nil ? "not installed" : "it does not start: \(said)",
            remedy: isUsable
                ? nil : "\(tool.use): \(tool.remedy)\(place == nil ? "" : ", or give it what it lacks")")
    }
}

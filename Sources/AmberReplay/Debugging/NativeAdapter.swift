import AmberKernel
import AmberModel

/// The debug adapter of a native debugger: lldb-dap, or gdb itself from version 14 on ("Debugging with GDB", Interpreters).
struct NativeAdapter {
    private let name: String
    private let isGdb: Bool

    /// Finds it.
    ///
    /// - Throws: `ReplayError` where it is not installed, or too old.
    init(_ debugger: Debugger) throws(ReplayError) {
        if debugger == .lldb {
            // Its name before LLVM 18.
            guard let name = ["lldb-dap", "lldb-vscode"].first(where: { ProgramSearch.find($0) != nil })
            else {
                throw ReplayError(
                    .debugger, "lldb-dap is not installed on this machine",
                    remedy: "Install it (apt-get install lldb), or leave --dap out.")
            }
            (self.name, isGdb) = (name, false)
            return
        }
        guard ProgramSearch.find("gdb") != nil else { throw DebuggerProcess.missing("gdb") }
        let version = Self.gdbVersion
        guard let version, version >= 14 else {
            throw ReplayError(
                .debugger,
                "gdb \(version.map { "\($0)" } ?? "here") has no debug adapter: that came with version 14",
                remedy:
                    "Take --debugger lldb, or leave --dap out: --vscode attaches through the C++ extension.")
        }
        (name, isGdb) = ("gdb", true)
    }

    /// argv.
    func command(_ invocation: GdbInvocation) -> [ByteString] {
        guard isGdb else { return [ByteString(name)] }
        return ([name, "-q", "-i", "dap"] + invocation.early.flatMap { ["-iex", $0] }).map { ByteString($0) }
    }

    /// The first number in `GNU gdb (Debian 13.1-3) 13.1`'s last word.
    private static var gdbVersion: Int? {
        guard let result = ToolRun.run(["gdb", "--version"], limit: .seconds(30)), result.code == 0 else {
            return nil
        }
        let line = String(decoding: result.output.prefix { $0 != 0x0A }, as: UTF8.self)
        return line.split(separator: " ").last?.split(separator: ".").first.flatMap { Int($0) }
    }
}

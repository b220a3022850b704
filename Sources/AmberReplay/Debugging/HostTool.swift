/// A tool of this machine that looks at a replayed program.
public enum HostTool: String, Sendable, CaseIterable {
    /// System calls.
    case strace
    /// Calls of library functions.
    case ltrace
    /// Counters and profiles: `stat`, `record`, `trace` of a process.
    case perf
    /// The debugger, at the program's first instruction.
    case gdb
    /// Memory errors, and valgrind's other tools: the program runs inside it, in the sandbox.
    case valgrind
}

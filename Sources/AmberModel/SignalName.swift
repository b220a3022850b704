/// Names of Linux's signals (signal(7)); the numbers are those of x86-64 and arm64.
public enum SignalName {
    private static let names = [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL",
        "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP",
        "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH",
        "SIGIO", "SIGPWR", "SIGSYS",
    ]

    /// The name of a signal: `SIGSEGV` for 11, `SIGRTMIN+n` for real-time ones.
    public static func name(of signal: Int32) -> String {
        if signal >= 1, Int(signal) <= names.count { return names[Int(signal) - 1] }
        if signal >= 34, signal <= 64 { return signal == 34 ? "SIGRTMIN" : "SIGRTMIN+\(signal - 34)" }
        return "signal \(signal)"
    }
}

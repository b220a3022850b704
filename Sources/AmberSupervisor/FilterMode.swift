import AmberKernel

/// What a program learns of its seccomp mode: what it would without our filter.
enum FilterMode {
    /// Answers prctl(PR_GET_SECCOMP): a program with filters of its own hears of them, another one of none.
    static func answer(_ call: ObservedCall) -> CallDecision {
        guard let own, let theirs = ProcessFacts.filters(of: call.threadID), theirs.count <= own.count + 1
        else {
            return .proceed
        }
        return .value(Int64(own.mode))
    }

    private static let own = ProcessFacts.filters(of: ThisProcess.processID)
}

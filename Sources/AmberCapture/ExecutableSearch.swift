import AmberKernel

/// Finds a program on PATH as execvp(3) does.
package enum ExecutableSearch {
    /// Where a program is, or the errno that execvp(3) would give.
    package enum Found: Hashable, Sendable {
        case path([UInt8])
        case failed(Int32)
    }

    /// Looks for `name`; one with a slash is taken as it is.
    package static func find(_ name: [UInt8], path: String?) -> Found {
        if name.contains(UInt8(ascii: "/")) { return .path(name) }
        if name.isEmpty { return .failed(Errno.noEntry) }
        var failure = Errno.noEntry
        for directory in (path ?? "/bin:/usr/bin").split(separator: ":", omittingEmptySubsequences: false) {
            let candidate =
                Array((directory.isEmpty ? "." : String(directory)).utf8) + [UInt8(ascii: "/")] + name
            guard let status = try? Files.status(KernelPath(candidate), following: true) else { continue }
            if status.isRegular, Files.mayExecute(KernelPath(candidate)) { return .path(candidate) }
            failure = Errno.accessDenied
        }
        return .failed(failure)
    }
}

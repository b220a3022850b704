import AmberKernel
import AmberModel

/// A program that has rights by its file: setuid, setgid, capabilities(7).
///
/// An ordinary user may install a filter only where no_new_privs is set, and then the kernel gives no such rights
/// (prctl(2), execve(2)): the program would do something else than without Amber.
enum PrivilegedFile {
    /// Tells whether a program would lose such rights by being captured by this process.
    static func losesRights(_ path: [UInt8]) -> Bool {
        guard !ThisProcess.hasAdministratorCapability, !ThisProcess.hasNoNewPrivileges,
            let status = try? Files.status(KernelPath(path), following: true), status.isRegular
        else { return false }
        return status.mode & 0o4000 != 0 && status.userID != ThisProcess.userID
            || status.mode & 0o2010 == 0o2010 && status.groupID != ThisProcess.groupID
            || Files.attributeNames(KernelPath(path)).contains("security.capability")
    }

    /// Why it is not captured.
    static func refusal(_ path: [UInt8], remedy: String) -> CaptureError {
        CaptureError(
            code: .needsPrivileges,
            problem:
                "\(ByteString(path)) has rights by its file (setuid, setgid or capabilities), which the kernel "
                + "gives to no supervised program of an ordinary user",
            remedy: remedy)
    }
}

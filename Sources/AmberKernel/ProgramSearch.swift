/// Finds programs of this machine.
package enum ProgramSearch {
    /// A program on PATH, or the path itself where the name has a slash; nil where it cannot be executed.
    package static func find(_ name: String) -> String? {
        if name.contains("/") { return name }
        let path = ThisProcess.variable("PATH") ?? "/usr/bin:/bin:/usr/sbin:/sbin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { Files.mayExecute(KernelPath($0)) }
    }
}

import AmberKernel
import AmberTestSupport
import Glibc

/// The executable under test, as a user would have it.
enum AmberExecutable {
    /// `AMBER_EXECUTABLE`, else a copy of what was built beside the tests.
    ///
    /// A copy, because ordinary users may not search the directories above a build.
    static let path: String = {
        if let given = getenv("AMBER_EXECUTABLE") { return String(cString: given) }
        let built = bundleDirectory + "/amber"
        let copy = Site.base + "/amber"
        guard copyProgram(from: built, to: copy) else { return built }
        return copy
    }()

    /// Where SwiftPM puts the test bundle and the products.
    private static var bundleDirectory: String {
        let arguments = ThisProcess.arguments.map { String(decoding: $0, as: UTF8.self) }
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? executable
        return bundle.hasSuffix(".xctest") ? directory(of: bundle) : directory(of: executable)
    }

    private static var executable: String {
        String(decoding: (try? Files.readLink("/proc/self/exe")) ?? [], as: UTF8.self)
    }

    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private static func copyProgram(from source: String, to target: String) -> Bool {
        do {
            let input = try Files.open(KernelPath(source), Files.Flag.readOnly)
            let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
            let output = try Files.open(KernelPath(target), flags, mode: 0o755)
            _ = try Files.copy(from: input.number, to: output.number)
            return true
        } catch {
            return false
        }
    }
}

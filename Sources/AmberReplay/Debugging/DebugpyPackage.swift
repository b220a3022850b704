import AmberKernel
import AmberModel

/// debugpy as this machine has it, lent to a program that was recorded without.
struct DebugpyPackage: Sendable {
    /// The directory with `debugpy` in it.
    let directory: String

    /// Asks this machine's Python.
    ///
    /// - Throws: `ReplayError` where it has none.
    static func find() throws(ReplayError) -> DebugpyPackage {
        let question =
            "import debugpy, os; print(os.path.dirname(os.path.dirname(os.path.abspath(debugpy.__file__))))"
        for python in ["python3", "python"] {
            guard let result = ToolRun.run([python, "-c", question], limit: .seconds(30)), result.code == 0
            else { continue }
            let path = String(decoding: result.output, as: UTF8.self).split(separator: "\n").last.map(
                String.init)
            if let path, path.hasPrefix("/") { return DebugpyPackage(directory: path) }
        }
        throw ReplayError(
            .debugger, "this machine's Python has no debugpy",
            remedy: "Install it (python3 -m pip install debugpy), or leave --dap and --vscode out for pdb.")
    }

    /// Puts the package into a directory of the layer above the bundle's.
    func install(in place: String) throws {
        try FileTree.copy(directory + "/debugpy", to: place + "/debugpy")
    }
}

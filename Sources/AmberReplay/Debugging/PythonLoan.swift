import AmberBundle
import AmberKernel
import AmberModel

/// Modules of this machine's Python, of the recorded version, lent to a program for the time of a debug session: a bundle
/// holds what the run imported, and an editor's debugger imports more.
struct PythonLoan {
    /// Where the recorded Python has its modules, inside.
    let place: String
    /// Its version, `3.11`.
    let version: String

    /// Never imported by a debugger, and large.
    private static let unneeded: Set<String> = [
        "__pycache__", "ensurepip", "idlelib", "lib2to3", "site-packages", "dist-packages", "test", "tests",
        "tkinter",
        "turtledemo", "venv",
    ]

    /// Finds the recorded Python.
    ///
    /// - Throws: `ReplayError` where the bundle has none.
    init(_ bundle: PreparedBundle) throws {
        var found: (place: String, version: String)?
        try bundle.reader.forEachFile { file in
            guard found == nil else { return }
            let parts = file.path.description.split(separator: "/")
            // PREFIX/lib/python3.11/encodings/…: the first module that every Python imports.
            guard let index = parts.firstIndex(of: "encodings"), index > 1,
                parts[index - 1].hasPrefix("python3."), parts[index - 2].hasPrefix("lib")
            else { return }
            found = (
                "/" + parts[..<index].joined(separator: "/"),
                String(parts[index - 1].dropFirst("python".count))
            )
        }
        guard let found else {
            throw ReplayError(
                .debugger, "the bundle holds no Python 3 that could be recognised",
                remedy: "Leave --dap and --vscode out.")
        }
        (place, version) = found
    }

    /// Puts what the bundle lacks into the layer above it.
    ///
    /// - Throws: `ReplayError` where this machine has no Python of that version; `SyscallError`.
    func lend(to bundle: PreparedBundle, in layer: String) throws {
        let source = try library()
        try copy(source, "", bundle, layer)
    }

    private func library() throws(ReplayError) -> String {
        let question =
            "from sys import version_info as v; from sysconfig import get_path; "
            + "print(get_path('stdlib') if '%d.%d' % v[:2] == '\(version)' else '')"
        for python in ["python\(version)", "python3"] {
            guard let result = ToolRun.run([python, "-c", question], limit: .seconds(30)), result.code == 0
            else { continue }
            let path = String(decoding: result.output, as: UTF8.self).split(separator: "\n").last
            if let path, path.hasPrefix("/") { return String(path) }
        }
        throw ReplayError(
            .debugger,
            "the recorded Python is \(version), and this machine has no python\(version) to lend modules of",
            remedy:
                "Install python\(version), or leave --dap and --vscode out for pdb, which the bundle brings.")
    }

    private func copy(
        _ source: String, _ below: String, _ bundle: PreparedBundle, _ layer: String
    ) throws(SyscallError) {
        let tree = try Files.open(
            KernelPath(source + below), Files.Flag.readOnly | Files.Flag.directory)
        for bytes in try Files.names(of: tree.number, limit: 20_000) {
            let name = String(decoding: bytes, as: UTF8.self)
            guard !Self.unneeded.contains(name) else { continue }
            let relative = below + "/" + name
            let status = try Files.status(KernelPath(bytes), in: tree.number)
            if status.isDirectory { try copy(source, relative, bundle, layer) }
            guard status.isRegular, name.hasSuffix(".py") || name.hasSuffix(".so") else { continue }
            let isThere = bundle.layers.contains {
                (try? Files.status(KernelPath($0 + place + relative))) != nil
            }
            guard !isThere else { continue }
            try FileTree.copyFile(source + relative, to: layer + place + relative)
            if name.hasSuffix(".so") { try lendLibraries(of: source + relative, bundle, layer) }
        }
    }

    /// The libraries that a module needs, where the bundle holds none of that name.
    private func lendLibraries(
        of module: String, _ bundle: PreparedBundle, _ layer: String
    ) throws(SyscallError) {
        let file = try Files.open(KernelPath(module), Files.Flag.readOnly)
        guard let needed = ElfFile(try ByteSource(descriptor: file.number))?.neededLibraries else { return }
        for library in needed where !library.contains("/") {
            guard
                let found = Self.libraryDirectories.lazy.map({ "\($0)/\(library)" }).first(where: { path in
                    (try? Files.status(KernelPath(path), following: true)) != nil
                })
            else { continue }
            let directory = String(found.dropLast(library.count + 1))
            let opened = try Files.open(KernelPath(directory), Files.Flag.path)
            let real = String(
                decoding: try Files.readLink(KernelPath("/proc/self/fd/\(opened.number)")), as: UTF8.self)
            let place = "\(real)/\(library)"
            let isThere = [place, found].contains { path in
                (bundle.layers + [layer]).contains { (try? Files.status(KernelPath($0 + path))) != nil }
            }
            if !isThere { try FileTree.copyFile(found, to: layer + place) }
        }
    }

    /// Where libraries are on this machine (ld.so(8); Debian's and Ubuntu's multiarch directories first).
    private static let libraryDirectories: [String] = {
        let machine = (try? HostFacts.names())?.machine ?? "x86_64"
        return [
            "/usr/lib/\(machine)-linux-gnu", "/lib/\(machine)-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib",
            "/lib",
        ]
    }()
}

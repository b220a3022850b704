import AmberBundle
import AmberKernel
import AmberModel

/// valgrind's files of this machine, lent to a sandbox: its tools are static programs, and bring what they load.
///
/// Source: the valgrind manual, "VALGRIND_LIB"; coregrind/launcher-linux.c, which sets VALGRIND_LAUNCHER.
struct ValgrindLoan {
    private static let place = "/.amber-debug/valgrind"
    private let directory: String
    private let tool: String
    private let platform: String

    /// Finds the tool that the arguments name, memcheck otherwise.
    ///
    /// - Throws: `ReplayError` where its files are not there.
    init(_ arguments: [ByteString]) throws(ReplayError) {
        let prefix = "--tool="
        tool =
            arguments.map(\.description).first { $0.hasPrefix(prefix) }.map {
                String($0.dropFirst(prefix.count))
            }
            ?? "memcheck"
        let machine = (try? HostFacts.names())?.machine ?? ""
        let platform = ["x86_64": "amd64-linux", "aarch64": "arm64-linux"][machine] ?? "\(machine)-linux"
        self.platform = platform
        let own = ThisProcess.variable("VALGRIND_LIB").map { [$0] } ?? []
        let places =
            own + [
                "/usr/libexec/valgrind", "/usr/lib/valgrind", "/usr/local/libexec/valgrind",
                "/usr/lib64/valgrind",
            ]
        let program = "\(tool)-\(platform)"
        guard !tool.contains("/"),
            let found = places.first(where: { Files.mayExecute(KernelPath("\($0)/\(program)")) })
        else {
            throw ReplayError(
                .debugger, "valgrind's \(program) is not on this machine",
                remedy: "Install valgrind (apt-get install valgrind), or name its directory in VALGRIND_LIB.")
        }
        directory = found
    }

    /// argv up to the tool's own arguments.
    var command: [ByteString] { [ByteString("\(Self.place)/\(tool)-\(platform)"), "--vgdb=no"] }

    /// What the tool is told where its launcher would have told it.
    var environment: [ByteString] {
        [
            ByteString("VALGRIND_LIB=\(Self.place)"),
            ByteString("VALGRIND_LAUNCHER=\(Self.place)/\(tool)-\(platform)"),
        ]
    }

    /// Puts the files into the layer above the bundle's, with this machine's debug files for the bundle's loader and C
    /// library, without which memcheck does not start: by build-id, so that none of another build is taken.
    func lend(to bundle: PreparedBundle, in layer: String) throws {
        let files = [
            "\(tool)-\(platform)", "vgpreload_core-\(platform).so", "vgpreload_\(tool)-\(platform).so",
            "default.supp",
        ]
        for file in files where (try? Files.status(KernelPath("\(directory)/\(file)"))) != nil {
            try FileTree.copyFile("\(directory)/\(file)", to: layer + Self.place + "/" + file)
        }
        var libraries: [String] = []
        try bundle.reader.forEachFile { file in
            let name = file.path.description.split(separator: "/").last ?? ""
            if name.hasPrefix("ld-linux") || name.hasPrefix("ld-2") || name == "libc.so.6"
                || name.hasPrefix("libc-2")
            {
                libraries.append(file.path.description)
            }
        }
        for library in libraries { try lendSymbols(of: library, bundle, layer) }
    }

    private func lendSymbols(
        of library: String, _ bundle: PreparedBundle, _ layer: String
    ) throws(SyscallError) {
        for root in bundle.layers {
            guard
                let file = try? Files.open(
                    KernelPath(root + library), Files.Flag.readOnly | Files.Flag.noFollow),
                let source = try? ByteSource(descriptor: file.number), let place = ElfFile(source)?.debugFile
            else { continue }
            let isHere = (try? Files.status(KernelPath(place), following: true))?.isRegular ?? false
            if isHere { try FileTree.copyFile(place, to: layer + place) }
            return
        }
    }
}

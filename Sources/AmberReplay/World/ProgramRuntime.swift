import AmberKernel

/// What a process's executable tells of its runtime.
enum ProgramRuntime {
    /// Tells whether the Go toolchain made it: its goroutines move between threads.
    static func isGo(_ processID: Int32) -> Bool {
        guard let file = try? Files.open(KernelPath("/proc/\(processID)/exe"), Files.Flag.readOnly),
            let source = try? ByteSource(descriptor: file.number), let elf = ElfFile(source)
        else { return false }
        return elf.sections.contains { $0.name == ".go.buildinfo" || $0.name == ".note.go.buildid" }
    }
}

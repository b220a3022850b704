import AmberKernel
import AmberModel

/// `directories.jsonl` as bytes: a survey around the working directory and the program's own files.
enum DirectoryLines {
    /// Surveys; only reads what it is given.
    ///
    /// - Parameters:
    ///   - files: The selected files with their layers.
    ///   - sealing: What is known of the run.
    ///   - survey: Gives the directories that were touched, which need not wait for the layers.
    /// - Returns: The lines.
    static func write(
        _ files: [SelectedFile], _ sealing: Sealing, beside survey: ConcurrentWork<DirectorySurvey.Touched>
    ) -> [UInt8] {
        let own = files.filter { $0.record.layer == .app || $0.record.layer == .inputs }
        let directory = sealing.circumstances.workingDirectory
        let named =
            NamedPaths.inWords(
                sealing.configuration.arguments.map(\.bytes) + sealing.circumstances.environment,
                workingDirectory: directory)
            + NamedPaths.inFiles(own.filter(isText).map(\.record.path.bytes))
        var roots = Set(own.map { parent(of: $0.record.path.bytes) })
        roots.insert(directory)
        return DirectorySurvey(observation: sealing.observation).lines(
            touched: survey.result(),
            roots: roots.filter(DirectorySurvey.isNarrow).sorted { $0.count < $1.count },
            named: named + [directory])
    }

    /// Programs and small files: data is large, and names no paths that matter.
    private static func isText(_ file: SelectedFile) -> Bool {
        guard let metadata = file.record.metadata, metadata.kind == .file else { return false }
        return file.record.layer == .app || metadata.sizeInBytes <= 1 << 16
    }

    private static func parent(of path: [UInt8]) -> [UInt8] {
        Array(path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? 0)])
    }
}

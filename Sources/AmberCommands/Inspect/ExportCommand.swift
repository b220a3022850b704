import AmberBundle
import AmberReplay
import ArgumentParser

/// `amber export FILE DIR`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a bundle's files to a directory.",
        discussion: """
            DIR/rootfs is the file system that the run saw, DIR/record is Amber's record of it.
            With --http the requests of a service's bundle are written instead: to FILE.har, to FILE.http,
            or one .http file for each to a directory.
            """)

    @Argument(help: "The bundle.")
    var file: String

    @Flag(help: "A service: write its requests as .http or HAR.")
    var http = false

    @Flag(help: "With --http: credentials as they are.")
    var secrets = false

    @Argument(help: "The directory; made where it is missing.")
    var directory: String

    func run() throws {
        do {
            guard http else { return try BundleExport.export(file, to: directory) }
            guard let exchanges = try RecordedExchanges(try BundleReader(path: file)) else {
                throw ServeOptionError(text: "\(file) holds no requests; `amber serve` makes bundles that do")
            }
            try RequestExport(exchanges: exchanges, showsSecrets: secrets).write(to: directory)
        } catch {
            Console().say("\(error)")
            throw ExitStatus.failure
        }
    }
}

import AmberReplay
import ArgumentParser

/// `amber export FILE DIR`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a bundle's files to a directory.",
        discussion: "DIR/rootfs is the file system that the run saw, DIR/record is Amber's record of it.")

    @Argument(help: "The bundle.")
    var file: String

    @Argument(help: "The directory; made where it is missing.")
    var directory: String

    func run() throws {
        do { try BundleExport.export(file, to: directory) } catch {
            Console().say("\(error)")
            throw ExitStatus.failure
        }
    }
}

import AmberBundle
import ArgumentParser

/// `amber store`
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Tell what the local store holds, or make it smaller.")

    @Option(help: "Remove what was used least until this size is left.")
    var prune: ByteCount?

    func run() throws {
        let console = Console()
        guard let store = LocalStore.openDefault() else {
            console.say(
                "\(LocalStore.defaultDirectory ?? "~/.cache/amber") cannot be written. Set XDG_CACHE_HOME.")
            throw ExitStatus.failure
        }
        if let prune { console.answer("freed \(ByteCount.text(store.prune(to: prune.bytes)))") }
        let usage = store.usage()
        console.answer(
            "\(store.directory): \(usage.blobCount) blobs \(ByteCount.text(usage.blobBytes)), "
                + "\(usage.layerCount) extracted layers \(ByteCount.text(usage.layerBytes))")
    }
}

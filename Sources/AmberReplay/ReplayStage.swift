import AmberKernel
import AmberSupervisor

/// What every replay stands on: the prepared bundle, a room for what it writes, and the handler of its calls.
struct ReplayStage {
    let bundle: PreparedBundle
    let room: ReplayRoom
    let handler: ReplayHandler
    /// What answers the calls: the peers first, then the files.
    let playback: PlaybackHandler
    /// Vouches for peers whose TLS sessions are ended in their place; nil where there are none.
    let authority: ReplayAuthority?
    let isRoot = ThisProcess.userID == 0
    /// The recorded run had peers of IPv6.
    let hasVersion6: Bool

    /// Makes this process ready to supervise, and opens the bundle. Blocks signals in the calling thread.
    ///
    /// - Throws: `ReplayError`, or `BundleError` where the bundle cannot be read.
    init(_ configuration: ReplayConfiguration) throws {
        ThisProcess.limitMemory()
        Signals.block(SignalPolicy.blocked)
        Signals.restoreDefault(Signals.child)
        bundle = try PreparedBundle(path: configuration.bundle, preservesOwners: isRoot)
        room = try ReplayRoom(bundle.store)
        handler = try ReplayHandler(
            placeholders: bundle.placeholders, sources: [room.upper, room.changes] + bundle.layers,
            denied: bundle.denied)
        let conversations = RecordedNetwork(bundle.record)
        hasVersion6 = conversations.hasVersion6
        authority =
            conversations.endsTLS && configuration.network == .playback
            ? try ReplayAuthority(
                stores: try bundle.trustStores(),
                layer: ChangeLayer(directory: room.changes, layers: bundle.layers)) : nil
        playback = try PlaybackHandler(
            conversations, authority: authority, network: configuration.network,
            live: configuration.livePeers, next: handler)
    }
}

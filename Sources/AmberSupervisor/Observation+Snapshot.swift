import AmberKernel

extension Observation {
    /// A copy of everything seen so far, for a run that goes on; arrays are shared until one side changes.
    ///
    /// Runs on the recorder's thread, between two calls. Spools are read through descriptors of the copy's own, which
    /// never writes to them. Whoever takes the copy may touch further paths in it: only the copy learns of them.
    ///
    /// - Throws: `SyscallError`: EMFILE where there are too few descriptors.
    func snapshot() throws(SyscallError) -> Observation {
        var options = options
        options.keepsPreImages = false
        options.spoolDirectory = nil
        let copy = Observation(
            root: try Files.duplicate(resolver.rootNumber), options: options, startedAt: startedAt,
            events: try events.snapshot(), keeper: try keeper.snapshot())
        copy.paths = paths
        copy.files = files
        copy.processes = processes
        copy.labels = labels
        copy.annotations = annotations
        copy.peers = peers
        copy.knownPeers = knownPeers
        copy.renamings = renamings
        copy.pendingRenamings = pendingRenamings
        copy.settleRenamings(before: nil)
        copy.fileIndex = fileIndex
        copy.known = known
        return copy
    }
}

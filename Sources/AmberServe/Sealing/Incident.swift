/// Something to make a bundle of: one exchange, or several that ended in the same moment.
struct Incident: Sendable {
    var exchange: Exchange
    var triggers: [Trigger]
    /// Others that ended with it when the service went away.
    var companions: [Exchange] = []
}

/// What became of an incident.
package enum SealingResult: Sendable {
    case sealed(path: String, title: String, sizeInBytes: UInt64, duration: Int64)
    case dropped(IncidentPolicy.DropReason, title: String)
    case failed(String)
    case removed(path: String)
}

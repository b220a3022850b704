import AmberKernel
import AmberModel
import AmberSupervisor
import AmberWire

/// Says, aspect by aspect, what the bundle holds and what it does not.
struct FidelityAssessment {
    let observation: Observation
    let world: WorldRecording
    let files: [SelectedFile]
    /// How many files have extended attributes or access lists, which a bundle does not keep.
    let attributeCarriers: Int
    let traffic: Relay.Result?
    /// What is known of TLS sessions, by the conversation's number.
    let sessions: [Int: TLSRecord]
    let recordsNetwork: Bool
    let probe: StreamProbe
    /// What is to be said of inherited descriptors; nil for nothing.
    let inheritedRow: FidelityReport.Row?
    let rescuedCount: UInt32
    let streamsComplete: [Bool?]

    /// The report.
    func report() -> FidelityReport {
        FidelityReport(
            rows: [
                filesRow, directoriesRow, processesRow, stream("stdin", 0), stream("stdout", 1),
                stream("stderr", 2),
                FidelityReport.Row(aspect: "environment", level: .exact), networkRow, clockRow, randomnessRow,
                identityRow,
            ] + [inheritedRow].compactMap(\.self))
    }

    private var filesRow: FidelityReport.Row {
        let lacking = files.filter { file in
            guard let absence = file.record.absence else { return false }
            return ![.missing, .pseudo, .special].contains(absence)
        }
        let noted = files.filter { file in
            if case .kernel = file.source { return false }
            return file.record.absence == nil && file.record.note != nil
        }
        if observation.labels.contains(.tooSlow) || rescuedCount > 0 {
            return FidelityReport.Row(
                aspect: "files", level: .partial,
                reason: "some calls went on unrecorded: a file system did not answer, or Amber was stopped",
                remedy: "capture again when the file system answers")
        }
        if lacking.isEmpty, noted.isEmpty, attributeCarriers == 0 {
            return FidelityReport.Row(aspect: "files", level: .exact)
        }
        var reasons: [String: Int] = [:]
        for file in lacking { reasons[file.record.absence?.rawValue ?? "", default: 0] += 1 }
        if !noted.isEmpty { reasons["changed from outside"] = noted.count }
        if attributeCarriers > 0 {
            reasons["without their extended attributes or access lists"] = attributeCarriers
        }
        let text = reasons.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return FidelityReport.Row(
            aspect: "files", level: .partial, reason: "not as the run saw them: \(text)",
            remedy: "see `absence` and `note` in files.jsonl; --include and --max-size bring more in")
    }

    private var directoriesRow: FidelityReport.Row {
        if observation.labels.contains(.foreignNamespace) {
            return FidelityReport.Row(
                aspect: "directories", level: .partial,
                reason: "a program made a mount namespace of its own; paths inside it were not followed",
                remedy: "capture inside the container instead of around it")
        }
        return FidelityReport.Row(
            aspect: "directories", level: .partial,
            reason:
                "listed where something was opened or named; a directory that was only asked about may be missing"
        )
    }

    private var processesRow: FidelityReport.Row {
        var reasons: [String] = []
        if observation.processes.overflow > 0 { reasons.append("more than \(ProcessLedger.limit) processes") }
        if observation.labels.contains(.ring) {
            reasons.append("io_uring was refused (the program fell back)")
        }
        if observation.labels.contains(.ownListener) {
            reasons.append("a program was refused its own seccomp listener")
        }
        if observation.labels.contains(.unreadableCaller) {
            reasons.append("a program's memory could not be read")
        }
        for case .privilegedProgram(let path) in observation.labels {
            reasons.append("\(ByteString(path)) has rights by its file" + lostRights)
        }
        if observation.events.isTooLong { reasons.append("the trace is longer than Amber keeps") }
        if observation.events.isDamaged { reasons.append("the disk was full: the trace ends there") }
        if reasons.isEmpty { return FidelityReport.Row(aspect: "processes", level: .exact) }
        return FidelityReport.Row(
            aspect: "processes", level: .partial, reason: reasons.sorted().joined(separator: "; "))
    }

    private var lostRights: String {
        ThisProcess.hasAdministratorCapability
            ? "" : ", which it had not under capture: capture as root to keep them"
    }

    private var networkRow: FidelityReport.Row {
        NetworkFidelity(
            peers: observation.peers.compactMap { SocketAddress($0) }, records: traffic?.records ?? [],
            sessions: sessions,
            overflow: traffic?.overflow ?? 0, isRecorded: recordsNetwork
        ).row
    }

    private func stream(_ name: String, _ number: Int) -> FidelityReport.Row {
        switch (probe.streams[number].kind, streamsComplete[number]) {
        case (.null, nil) where number == 0: return FidelityReport.Row(aspect: name, level: .exact)
        case (.closed, _): return FidelityReport.Row(aspect: name, level: .exact)
        case (_, .some(true)): return FidelityReport.Row(aspect: name, level: .exact)
        case (_, .some(false)):
            return FidelityReport.Row(
                aspect: name, level: .partial, reason: "longer than Amber keeps; head and tail are here")
        case (let kind, nil):
            if number == 2, probe.errorFollowsOutput {
                return FidelityReport.Row(aspect: name, level: .exact, reason: "it is part of stdout")
            }
            return FidelityReport.Row(
                aspect: name, level: .absent,
                reason: "it was connected to \(kind.summary), where Amber does not come between",
                remedy: "connect it to a pipe or a file")
        }
    }
}

extension StreamKind {
    /// A few words for people.
    var summary: String {
        switch self {
        case .terminal: "a terminal"
        case .pipe: "a pipe"
        case .file(let path): "the file \(path)"
        case .socket: "a socket"
        case .null: "/dev/null"
        case .device(let path): "the device \(path)"
        case .closed: "nothing"
        }
    }
}

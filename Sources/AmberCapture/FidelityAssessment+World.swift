import AmberModel
import AmberSupervisor

extension FidelityAssessment {
    /// What a program may open to draw random bytes.
    private static let devices = ["/dev/urandom", "/dev/random", "/proc/sys/kernel/random/uuid"]

    var clockRow: FidelityReport.Row {
        guard world.time != nil else {
            return FidelityReport.Row(
                aspect: "clock", level: .absent, reason: "no program was seen to start",
                remedy: "replay with --time")
        }
        var reasons = [
            "a replay begins at the recorded instant and runs on: fractions of a second differ, and files that it writes have this time, not that"
        ]
        if world.hasNarrowProgram { reasons.append("32-bit programs live in the present") }
        return FidelityReport.Row(aspect: "clock", level: .partial, reason: reasons.joined(separator: "; "))
    }

    var randomnessRow: FidelityReport.Row {
        var reasons: [String] = []
        let opened = Self.devices.filter { path in
            observation.file(at: Array(path.utf8)).map { !$0.uses.isDisjoint(with: .read) } ?? false
        }
        if !opened.isEmpty {
            reasons.append("what was read from \(opened.joined(separator: ", ")) is not recorded")
        }
        if world.unrecordedBytes > 0 {
            reasons.append(
                "\(world.unrecordedBytes) of \(world.drawnBytes) bytes of getrandom are not recorded")
        }
        if world.hasNarrowProgram { reasons.append("the start of 32-bit programs is not recorded") }
        guard !reasons.isEmpty else {
            return FidelityReport.Row(
                aspect: "randomness", level: .exact,
                reason:
                    "getrandom and the start-up bytes; what a processor's own instruction gives is never seen"
            )
        }
        return FidelityReport.Row(
            aspect: "randomness", level: .partial, reason: reasons.joined(separator: "; "),
            remedy: "a replay draws these from a seeded generator, the same each time")
    }

    var identityRow: FidelityReport.Row {
        FidelityReport.Row(
            aspect: "identity", level: .partial,
            reason:
                "pids, user, host name, limits, processors and memory are given back; the parent's pid and thread ids are not"
        )
    }
}

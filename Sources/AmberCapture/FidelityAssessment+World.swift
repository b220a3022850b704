import AmberModel
import AmberSupervisor

extension FidelityAssessment {
    /// The kernel's other source: a new identifier for each read.
    private static let identifier = Array("/proc/sys/kernel/random/uuid".utf8)

    var clockRow: FidelityReport.Row {
        guard world.time != nil else {
            return FidelityReport.Row(
                aspect: "clock", level: .absent, reason: "no program was seen to start",
                remedy: "replay with --time")
        }
        var reasons = [
            "a replay begins at the recorded instant and runs on: fractions of a second differ, and a program that asks for the time of a file it has just written itself sees the present"
        ]
        if world.hasNarrowProgram { reasons.append("32-bit programs live in the present") }
        return FidelityReport.Row(aspect: "clock", level: .partial, reason: reasons.joined(separator: "; "))
    }

    var randomnessRow: FidelityReport.Row {
        guard world.draws != nil else {
            return FidelityReport.Row(
                aspect: "randomness", level: .absent, reason: "it was not to be recorded",
                remedy: "leave --no-randomness away")
        }
        var reasons: [String] = []
        if observation.file(at: Self.identifier).map({ !$0.uses.isDisjoint(with: .read) }) ?? false {
            reasons.append("what was read from \(ByteString(Self.identifier)) is not recorded")
        }
        if world.hasUnseenDevice {
            reasons.append("a random device was read under another descriptor, as `< /dev/urandom` does")
        }
        if world.unrecordedBytes > 0 {
            reasons.append(
                "\(world.unrecordedBytes) of \(world.drawnBytes) random bytes are not recorded")
        }
        if world.hasNarrowProgram { reasons.append("the start of 32-bit programs is not recorded") }
        guard !reasons.isEmpty else {
            return FidelityReport.Row(
                aspect: "randomness", level: .exact,
                reason:
                    "what the kernel gave; what programs take from the processor itself (RDRAND, its time stamp) is never seen"
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
                "pids, user, host name, limits, processors and memory are given back; the parent's pid, thread ids, and pids of children after threads are not"
        )
    }
}

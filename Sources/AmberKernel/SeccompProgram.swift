import CLinux

/// A seccomp filter: a classic BPF program over `struct seccomp_data` (seccomp(2)).
package struct SeccompProgram: Hashable, Sendable {
    /// One BPF instruction.
    package struct Instruction: Hashable, Sendable {
        var code: UInt16
        var jumpTrue: UInt8
        var jumpFalse: UInt8
        var constant: UInt32

        var raw: sock_filter { sock_filter(code: code, jt: jumpTrue, jf: jumpFalse, k: constant) }
    }

    /// What the filter looks at beyond the number of the call.
    package enum Condition: Hashable, Sendable {
        /// Every call of this number.
        case always
        /// Only where the lower 32 bits of an argument equal a value.
        case argument(Int, equals: UInt32)
        /// Only where an argument is not zero.
        case argumentIsSet(Int)
        /// Only where an argument has one of these bits.
        case argumentHasBits(Int, UInt32)
        /// Only where the lower 32 bits of an argument are one of a few values.
        case argumentIsOne(Int, of: [UInt32])
        /// Only where the lower 32 bits of an argument are in a range.
        case argumentIsIn(Int, Range<UInt32>)
        /// Only where the lower 32 bits of an argument differ from a value.
        case argumentDiffers(Int, from: UInt32)
        /// Only where all of these hold.
        indirect case all([Condition])
    }

    /// One call that the listener is asked about.
    package struct Rule: Hashable, Sendable {
        var number: UInt32
        var condition: Condition

        package init(number: UInt32, condition: Condition = .always) {
            self.number = number
            self.condition = condition
        }
    }

    /// The program.
    package private(set) var instructions: [Instruction] = []

    /// FLAG_NEW_LISTENER (5.0), FLAG_WAIT_KILLABLE_RECV (5.19), FLAG_SPEC_ALLOW (4.17).
    static let installFlags: UInt64 = 1 << 3 | 1 << 5 | 1 << 2

    /// Compiles a table of rules per architecture (AUDIT_ARCH_*); other architectures and calls are let through.
    ///
    /// The kernel remembers which calls are always allowed (5.11) and skips the program for them, so what costs is
    /// only the rules' own calls.
    package init(_ tables: [(architecture: UInt32, rules: [Rule])]) {
        for (architecture, rules) in tables {
            let body = Self.body(rules)
            instructions.append(Self.load(4))  // seccomp_data.arch
            // A body may be longer than a conditional jump reaches (255): jump around an unconditional one.
            instructions.append(Instruction(code: 0x15, jumpTrue: 1, jumpFalse: 0, constant: architecture))
            instructions.append(
                Instruction(code: 0x05, jumpTrue: 0, jumpFalse: 0, constant: UInt32(body.count)))
            instructions += body
        }
        instructions.append(Self.answer(0x7FFF_0000))
    }

    private static func body(_ rules: [Rule]) -> [Instruction] {
        var body: [Instruction] = [load(0)]  // seccomp_data.nr
        for (index, rule) in rules.enumerated() {
            // Several rules may be about one call: what the first does not want goes on to the next.
            let isLast = !rules[(index + 1)...].contains { $0.number == rule.number }
            let miss = isLast ? answer(0x7FFF_0000) : load(0)
            let check = condition(rule.condition, missing: miss)
            body.append(
                Instruction(code: 0x15, jumpTrue: 0, jumpFalse: UInt8(check.count), constant: rule.number))
            body += check
        }
        body.append(answer(0x7FFF_0000))
        return body
    }

    /// Tests, the answer that asks the listener, and what a failed test jumps to.
    private static func condition(_ condition: Condition, missing: Instruction) -> [Instruction] {
        let tests = tests(condition)
        guard !tests.isEmpty else { return [answer(0x7FC0_0000)] }
        // A failed test jumps over the rest of the tests and the notification.
        let checks = tests.enumerated().map { index, test in
            var instruction = test.instruction
            let distance = UInt8(tests.count - index)
            if test.missesWhenTrue { instruction.jumpTrue = distance }
            if test.missesWhenFalse { instruction.jumpFalse = distance }
            return instruction
        }
        return checks + [answer(0x7FC0_0000), missing]
    }

    /// One instruction of a condition, and which of its ways out mean that the condition does not hold.
    private struct Test {
        var instruction: Instruction
        var missesWhenTrue = false
        var missesWhenFalse = false
    }

    private static func tests(_ condition: Condition) -> [Test] {
        func jump(_ code: UInt16, _ value: UInt32, onTrue: UInt8 = 0) -> Instruction {
            Instruction(code: code, jumpTrue: onTrue, jumpFalse: 0, constant: value)
        }
        func low(_ index: Int) -> Test { Test(instruction: load(16 + 8 * index)) }
        switch condition {
        case .always: return []
        case .argument(let index, let value):
            return [low(index), Test(instruction: jump(0x15, value), missesWhenFalse: true)]
        case .argumentDiffers(let index, let value):
            return [low(index), Test(instruction: jump(0x15, value), missesWhenTrue: true)]
        case .argumentIsSet(let index):
            // A low half that is set needs no look at the high one.
            return [
                low(index),
                Test(instruction: Instruction(code: 0x15, jumpTrue: 0, jumpFalse: 2, constant: 0)),
                Test(instruction: load(20 + 8 * index)),
                Test(instruction: jump(0x15, 0), missesWhenTrue: true),
            ]
        case .argumentHasBits(let index, let bits):
            return [low(index), Test(instruction: jump(0x45, bits), missesWhenFalse: true)]
        case .argumentIsOne(let index, let values):
            let last = values.count - 1
            return [low(index)]
                + values.enumerated().map { place, value in
                    Test(
                        instruction: jump(0x15, value, onTrue: UInt8(last - place)),
                        missesWhenFalse: place == last)
                }
        case .argumentIsIn(let index, let range):
            return [
                low(index), Test(instruction: jump(0x35, range.lowerBound), missesWhenFalse: true),
                Test(instruction: jump(0x35, range.upperBound), missesWhenTrue: true),
            ]
        case .all(let conditions): return conditions.flatMap(tests)
        }
    }

    private static func load(_ offset: Int) -> Instruction {
        Instruction(code: 0x20, jumpTrue: 0, jumpFalse: 0, constant: UInt32(offset))
    }

    private static func answer(_ value: UInt32) -> Instruction {
        Instruction(code: 0x06, jumpTrue: 0, jumpFalse: 0, constant: value)
    }
}

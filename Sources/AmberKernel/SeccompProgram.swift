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
        for rule in rules {
            let check = condition(rule.condition) + [answer(0x7FC0_0000)]
            body.append(
                Instruction(code: 0x15, jumpTrue: 0, jumpFalse: UInt8(check.count), constant: rule.number))
            body += check
        }
        body.append(answer(0x7FFF_0000))
        return body
    }

    private static func condition(_ condition: Condition) -> [Instruction] {
        switch condition {
        case .always: return []
        case .argument(let index, let value):
            return [
                load(16 + 8 * index),
                Instruction(code: 0x15, jumpTrue: 1, jumpFalse: 0, constant: value), answer(0x7FFF_0000),
            ]
        case .argumentIsSet(let index):
            return [
                load(16 + 8 * index), Instruction(code: 0x15, jumpTrue: 0, jumpFalse: 3, constant: 0),
                load(20 + 8 * index), Instruction(code: 0x15, jumpTrue: 0, jumpFalse: 1, constant: 0),
                answer(0x7FFF_0000),
            ]
        case .argumentHasBits(let index, let bits):
            return [
                load(16 + 8 * index),
                Instruction(code: 0x45, jumpTrue: 1, jumpFalse: 0, constant: bits), answer(0x7FFF_0000),
            ]
        }
    }

    private static func load(_ offset: Int) -> Instruction {
        Instruction(code: 0x20, jumpTrue: 0, jumpFalse: 0, constant: UInt32(offset))
    }

    private static func answer(_ value: UInt32) -> Instruction {
        Instruction(code: 0x06, jumpTrue: 0, jumpFalse: 0, constant: value)
    }
}

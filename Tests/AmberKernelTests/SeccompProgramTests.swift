import Testing

@testable import AmberKernel

struct SeccompProgramTests {
    private static let architecture: UInt32 = 0xC000_003E

    /// Carries a program out as the kernel does; true where the listener is asked.
    private func notifies(
        _ program: SeccompProgram, _ number: UInt32, _ arguments: [UInt64] = []
    ) throws -> Bool {
        var accumulator: UInt32 = 0
        var place = 0
        for _ in 0..<4096 {
            let instruction = program.instructions[place]
            place += 1
            switch instruction.code {
            case 0x20: accumulator = load(instruction.constant, number, arguments)
            case 0x15: place += jump(instruction, accumulator == instruction.constant)
            case 0x35: place += jump(instruction, accumulator >= instruction.constant)
            case 0x45: place += jump(instruction, accumulator & instruction.constant != 0)
            case 0x05: place += Int(instruction.constant)
            case 0x06: return instruction.constant == 0x7FC0_0000
            default: Issue.record("unknown instruction \(instruction)")
            }
        }
        Issue.record("the program does not end")
        return false
    }

    private func jump(_ instruction: SeccompProgram.Instruction, _ isTrue: Bool) -> Int {
        Int(isTrue ? instruction.jumpTrue : instruction.jumpFalse)
    }

    private func load(_ offset: UInt32, _ number: UInt32, _ arguments: [UInt64]) -> UInt32 {
        if offset == 0 { return number }
        if offset == 4 { return Self.architecture }
        let index = Int(offset - 16) / 8
        let argument = index < arguments.count ? arguments[index] : 0
        return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
    }

    private func program(_ rules: [SeccompProgram.Rule]) -> SeccompProgram {
        SeccompProgram([(1, [.init(number: 9)]), (Self.architecture, rules)])
    }

    @Test func `calls without a rule go through`() throws {
        let program = program([.init(number: 5)])
        #expect(try notifies(program, 5))
        #expect(try !notifies(program, 6))
        #expect(try !notifies(program, 9))
    }

    @Test(
        arguments: [
            (SeccompProgram.Condition.argument(1, equals: 7), [0, 7], [0, 8]),
            (.argumentDiffers(1, from: 7), [0, 8], [0, 7]),
            (.argumentIsSet(0), [1 << 40], [0]),
            (.argumentIsSet(0), [1], [0]),
            (.argumentHasBits(0, 6), [2], [9]),
            (.argumentIsOne(0, of: [3, 5, 8]), [5], [4]),
            (.argumentIsOne(0, of: [3, 5, 8]), [8], [9]),
            (.argumentIsOne(0, of: [3, 5, 8]), [3], [0]),
            (.argumentIsIn(0, 10..<12), [10], [9]),
            (.argumentIsIn(0, 10..<12), [11], [12]),
            (
                .all([.argumentIsOne(0, of: [1, 2]), .argumentIsSet(1), .argumentDiffers(2, from: 3)]),
                [2, 1, 4], [2, 0, 4]
            ),
            (
                .all([.argumentIsOne(0, of: [1, 2]), .argumentIsSet(1), .argumentDiffers(2, from: 3)]),
                [1, 1 << 33, 0], [1, 1, 3]
            ),
        ] as [(SeccompProgram.Condition, [UInt64], [UInt64])])
    func `a condition decides`(
        _ condition: SeccompProgram.Condition, _ asked: [UInt64], _ through: [UInt64]
    ) throws {
        let program = program([.init(number: 4), .init(number: 5, condition: condition), .init(number: 6)])
        #expect(try notifies(program, 5, asked))
        #expect(try !notifies(program, 5, through))
        #expect(try notifies(program, 6, through))
    }

    @Test func `several rules for one call are tried one after the other`() throws {
        let program = program([
            .init(number: 5, condition: .argument(0, equals: 1)), .init(number: 6),
            .init(number: 5, condition: .argumentIsIn(0, 10..<20)),
        ])
        #expect(try notifies(program, 5, [1]))
        #expect(try notifies(program, 5, [15]))
        #expect(try !notifies(program, 5, [2]))
        #expect(try notifies(program, 6, [2]))
    }
}

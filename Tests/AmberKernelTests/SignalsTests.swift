import AmberKernel
import Testing

struct SignalsTests {
    @Test func `a set of signals holds none that does not exist`() {
        let three: UInt64 = 1 | 1 << 16 | 1 << 63
        #expect(Signals.mask([1, 17, 64]) == three)
        #expect(Signals.mask([0, 65, -1, .min, .max]) == 0)
    }
}

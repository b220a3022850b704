import AmberKernel
import Testing

struct ClockTests {
    @Test func `a span in nanoseconds can be added to a clock, however long it is`() {
        #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
        #expect(Duration.nanoseconds(7).nanoseconds == 7)
        #expect(Clock.realtime() + Duration.seconds(Int64.max).nanoseconds > 0)
    }
}

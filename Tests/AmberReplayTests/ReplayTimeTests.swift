import AmberKernel
import Testing

@testable import AmberReplay

struct ReplayTimeTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("2026-11-23T02:09:10Z", 1_795_399_750),
        ("2026-11-23T04:09:10+02:00", 1_795_399_750),
        ("2026-11-23 02:09", 1_795_399_740), ("2000-02-29T23:59:59Z", 951_868_799),
        ("2254-12-31", 8_993_635_200),
    ])
    func `an instant is read`(_ text: String, _ seconds: Int64) {
        #expect(ReplayTime(text) == .instant(seconds * 1_000_000_000))
    }

    @Test func `a fraction of a second is read`() {
        #expect(ReplayTime("1970-01-01T00:00:01.5Z") == .instant(1_500_000_000))
    }

    @Test(arguments: [("+90", 90), ("+2h", 7200), ("-1.5m", -90), ("+7d", 604_800)])
    func `a span is read`(_ text: String, _ seconds: Int64) {
        #expect(ReplayTime(text) == .offset(seconds * 1_000_000_000))
    }

    @Test(arguments: [
        "", "yesterday", "+", "+x", "2026", "2026-13-01", "2026-01-32", "2026-01-01T25:00",
        "2026-01-01T10:00:00X",
        "1969-12-31", "9999-01-01", "+99999999999y", "2026-01-01T10:00:00Z trailing", "+nan", "+inf",
    ])
    func `nonsense is refused`(_ text: String) { #expect(ReplayTime(text) == nil) }

    @Test(arguments: [
        "recorded", "now", "2024-02-29T12:30:45Z", "1970-01-01T00:00:00Z", "2100-12-31T23:59:59Z",
    ])
    func `what is printed is read again`(_ text: String) throws {
        #expect(try #require(ReplayTime(text)).description == text)
    }

    @Test func `a replay begins in a time that clocks can show`() {
        #expect(ReplayTime.offset(.max).start(recorded: .max) == 0)
        #expect(ReplayTime.offset(.min).start(recorded: 5) == 0)
        #expect(ReplayTime.recorded.start(recorded: .max) == ReplayTime.end)
        #expect(ReplayTime.now.start(recorded: 5) == nil)
    }

    @Test func `deadlines are translated over the second`() {
        let half = Clock.words(10, 600_000_000)
        #expect(DeadlineTranslator.translate(half, by: 500_000_000) == Clock.words(11, 100_000_000))
        #expect(DeadlineTranslator.translate(half, by: -700_000_000) == Clock.words(9, 900_000_000))
        #expect(DeadlineTranslator.translate(half, by: -20_000_000_000) == Clock.words(0, 1))
        #expect(DeadlineTranslator.translate(Clock.words(0, 0), by: 5) == nil)
        #expect(DeadlineTranslator.translate(Clock.words(1, 1_000_000_000), by: 5) == nil)
        #expect(DeadlineTranslator.translate(Clock.words(.max, 0), by: 5_000_000_000) == nil)
    }
}

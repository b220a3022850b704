import AmberModel
import Testing

@testable import AmberWire

/// What was said while the failing request was open is played back first.
@Suite struct PlaybackFocusTests {
    /// A conversation in which each turn is one letter, sent and received in turn, at these times.
    private struct Talk {
        var number: Int
        var openedAt: Int64
        var times: [Int64]

        var record: ConversationRecord {
            ConversationRecord(
                number: number, process: "1", transport: .tcp, peer: "10.0.0.5:1", openedAt: openedAt)
        }

        var script: Script? {
            let letters = (0..<times.count).map { UInt8(ascii: "a") + UInt8($0) }
            return Script(
                number: number, sent: letters.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
                received: letters.enumerated().filter { $0.offset % 2 == 1 }.map(\.element),
                segments: times.enumerated().map {
                    SegmentRecord(
                        direction: $0.offset % 2 == 0 ? .sent : .received, time: $0.element, sizeInBytes: 1)
                }, wireProtocol: nil)
        }
    }

    private static func arrange(_ talks: [Talk]) -> (scripts: [String], others: [String]) {
        let byNumber = Dictionary(uniqueKeysWithValues: talks.map { ($0.number, $0) })
        let focus = PlaybackFocus(100...200) { byNumber[$0.number]?.times ?? [] }
        let (scripts, others) = focus.arrange(talks.map(\.record)) { byNumber[$0.number]?.script }
        func text(_ script: Script) -> String {
            "\(script.number) \(String(decoding: script.sent + script.received, as: UTF8.self))"
        }
        return (scripts.map(text), others.map(text))
    }

    @Test func `conversations of the window come first, in the order in which they spoke`() {
        let (scripts, others) = Self.arrange([
            Talk(number: 1, openedAt: 0, times: [1, 2]), Talk(number: 2, openedAt: 110, times: [150, 160]),
            Talk(number: 3, openedAt: 105, times: [120, 130]),
            Talk(number: 4, openedAt: 300, times: [301, 302]),
        ])
        #expect(scripts == ["3 ab", "2 ab", "1 ab", "4 ab"])
        #expect(others.isEmpty)
    }

    @Test func `of a pooled connection the window is followed, and the rest can be looked up`() {
        let (scripts, others) = Self.arrange([
            Talk(number: 7, openedAt: 1, times: [2, 3, 110, 120, 210, 300, 301])
        ])
        // The answer at 210 is late only if it follows in the window's exchange: here a request stands before it.
        #expect(scripts == ["7 cd"])
        #expect(others == ["-7 aegbf"])
    }

    @Test func `an answer that passes a moment after the window belongs to it`() {
        let (scripts, others) = Self.arrange([
            Talk(number: 7, openedAt: 1, times: [2, 3, 199, 201, 300, 301])
        ])
        #expect(scripts == ["7 cd"])
        #expect(others == ["-7 aebf"])
    }

    @Test func `an answer to a request before the window stays with that request`() {
        let (scripts, others) = Self.arrange([
            Talk(number: 7, openedAt: 1, times: [2, 110, 120, 130, 300, 301])
        ])
        #expect(scripts == ["7 cd"])
        #expect(others == ["-7 aebf"])
    }

    @Test func `segments that do not fit the bytes change nothing`() {
        let talk = Talk(number: 1, openedAt: 1, times: [110, 120])
        let (scripts, _) = PlaybackFocus(100...200, times: { _ in [110] }).arrange([talk.record]) { _ in
            talk.script
        }
        #expect(scripts.map(\.number) == [1])
    }
}

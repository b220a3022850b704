/// Reads along with what a debugger says, and knows when it may be typed at.
struct PromptWatch {
    private let pace: DebugConsole.Pace
    /// For each row of marks, how many of its parts were seen.
    private var seen: [Int]
    /// True once a row of marks is complete, or where there is none.
    private(set) var isOpen: Bool
    /// What was said last, without what was matched.
    private var tail: [UInt8] = []

    init(_ pace: DebugConsole.Pace) {
        self.pace = pace
        seen = pace.marks.map { _ in 0 }
        isOpen = pace.marks.isEmpty
    }

    /// Something that was said.
    enum Event: UInt8, Sendable {
        /// It asks for a line.
        case prompt = 1
        /// The program stands still.
        case stop = 2
    }

    /// Takes what was said next; returns what it means, in order.
    mutating func take(_ bytes: [UInt8]) -> [Event] {
        tail += bytes
        var events: [Event] = []
        if !isOpen { advance() }
        if isOpen, let prompt = pace.prompt {
            while true {
                let ends =
                    [(Self.end(of: prompt, in: tail), Event.prompt)]
                    + pace.stops.map { (Self.end(of: $0, in: tail), Event.stop) }
                let found = ends.compactMap { end, event in end.map { (end: $0, event: event) } }
                guard let first = found.min(by: { $0.end < $1.end }) else { break }
                tail.removeFirst(first.end)
                events.append(first.event)
            }
        }
        if tail.count > 4096 { tail.removeFirst(tail.count - 256) }
        return events
    }

    private mutating func advance() {
        for (index, row) in pace.marks.enumerated() {
            var start = 0
            // A row's parts are looked for in what is left behind those that were found.
            var rest = tail
            for (position, part) in row.enumerated() where position >= seen[index] {
                guard let end = Self.end(of: part, in: rest) else { break }
                seen[index] = position + 1
                start += end
                rest = Array(tail[start...])
            }
            if seen[index] == row.count {
                isOpen = true
                tail = rest
                return
            }
        }
    }

    private static func end(of text: String, in bytes: [UInt8]) -> Int? {
        let part = Array(text.utf8)
        guard bytes.count >= part.count else { return nil }
        return (0...(bytes.count - part.count)).first { bytes[$0..<($0 + part.count)].elementsEqual(part) }
            .map { $0 + part.count }
    }
}

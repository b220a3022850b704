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

    /// Takes what was said next; returns how many lines may be typed because of it.
    mutating func take(_ bytes: [UInt8]) -> Int {
        tail += bytes
        var count = 0
        if !isOpen { advance() }
        if isOpen, let prompt = pace.prompt {
            while let end = Self.end(of: prompt, in: tail) {
                tail.removeFirst(end)
                count += 1
            }
        }
        if tail.count > 4096 { tail.removeFirst(tail.count - 256) }
        return count
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

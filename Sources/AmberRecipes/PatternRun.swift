/// One attempt to match a pattern: the captures so far and what is left of the budget.
struct PatternRun {
    let pattern: Pattern
    private(set) var captures: Pattern.Captures
    private var budget: Int

    init(pattern: Pattern, budget: Int) {
        self.pattern = pattern
        self.budget = budget
        captures = Array(repeating: 0..<0, count: pattern.names.count)
    }

    /// Matches from `start`, and up to the end of the line where `toEnd` says so; returns the end of the match.
    mutating func match(_ line: Span<UInt8>, from start: Int, toEnd: Bool) -> Int? {
        var index = 0
        guard var position = matchSegment(line, at: start, &index) else { return nil }
        while index < pattern.elements.count {
            guard case .gap(let least, let greedy, let capture) = pattern.elements[index] else { return nil }
            index += 1
            let isLast = nextGap(after: index) == pattern.elements.count
            let isTail = index == pattern.elements.count
            let low = position + least
            guard low <= line.count else { return nil }
            guard !isTail else {
                keep(capture, position..<line.count)
                return line.count
            }
            var found: (start: Int, end: Int)?
            var candidate = greedy ? line.count : low
            let first = leadingByte(at: index)
            while candidate >= low, candidate <= line.count {
                budget -= 1
                guard budget > 0 else { return nil }
                if first == nil || (candidate < line.count && line[candidate] == first) {
                    var next = index
                    if let end = matchSegment(line, at: candidate, &next),
                        !isLast || !toEnd || end == line.count
                    {
                        found = (candidate, end)
                        break
                    }
                }
                candidate += greedy ? -1 : 1
            }
            guard let found else { return nil }
            keep(capture, position..<found.start)
            position = found.end
            index = nextGap(after: index)
        }
        return toEnd && position != line.count ? nil : position
    }

    /// Matches the elements from `index` up to the next gap at exactly this position, and moves `index` there.
    private mutating func matchSegment(_ line: Span<UInt8>, at start: Int, _ index: inout Int) -> Int? {
        var position = start
        while index < pattern.elements.count {
            switch pattern.elements[index] {
            case .gap: return position
            case .text(let bytes):
                guard position + bytes.count <= line.count else { return nil }
                for (offset, byte) in bytes.enumerated() where line[position + offset] != byte { return nil }
                position += bytes.count
                budget -= 1
            case .run(let kind, let least, let most, let capture):
                let from = position
                let limit = most < line.count - from ? from + most : line.count
                if position < limit, kind.canBegin(with: line[position]) {
                    position += 1
                    while position < limit, kind.contains(line[position]) { position += 1 }
                }
                budget -= position - from + 1
                guard position - from >= least, budget > 0, kind.accepts(line, from..<position) else {
                    return nil
                }
                keep(capture, from..<position)
            }
            index += 1
        }
        return position
    }

    private mutating func keep(_ capture: Int?, _ range: Range<Int>) {
        if let capture { captures[capture] = range }
    }

    private func nextGap(after index: Int) -> Int {
        pattern.elements[index...].firstIndex { if case .gap = $0 { true } else { false } }
            ?? pattern.elements.count
    }

    private func leadingByte(at index: Int) -> UInt8? {
        if case .text(let bytes) = pattern.elements[index] { bytes[0] } else { nil }
    }
}

/// Finds the failures that one recipe's shapes describe in an output.
///
/// Every line costs a look into a table by its first byte; only lines that a shape may begin with cost more.
struct FailureScan {
    /// Lines of one failure that are read; a deeper stack is cut.
    static let mostLines = 4096
    /// Lines of a message that are read.
    static let mostText = 32

    private struct Beginning {
        let shape: Int
        let patterns: [Pattern]
    }

    private let shapes: [FailureShape.Reference]
    private let beginnings: [Beginning]
    private let beginningsByByte: [[Int]]
    private let emptyBeginnings: [Int]

    /// Prepares the shapes of one recipe that are printed on this stream.
    init(shapes: [FailureShape]) {
        self.shapes = shapes.map { FailureShape.Reference($0) }
        var beginnings: [Beginning] = []
        for (index, shape) in shapes.enumerated() {
            beginnings += shape.beginnings.map { Beginning(shape: index, patterns: $0) }
        }
        var table = Array(repeating: [Int](), count: 256)
        var empty: [Int] = []
        for (index, beginning) in beginnings.enumerated() {
            guard let first = beginning.patterns.first else { continue }
            if first.matchesOnlyEmpty {
                empty.append(index)
                continue
            }
            let bytes = first.firstBytes
            for byte in UInt8.min...UInt8.max where bytes.contains(byte) { table[Int(byte)].append(index) }
        }
        self.beginnings = beginnings
        beginningsByByte = table
        emptyBeginnings = empty
    }

    /// The failures in the text that end at `end` or later, in its order, none inside another.
    func failures(in text: FailureText, endingFrom end: Int) -> [FoundFailure] {
        var found: [FoundFailure] = []
        var line = max(0, end - Self.mostLines - 8)
        while line < text.count {
            let candidates = text.firstByte(of: line).map { beginningsByByte[Int($0)] } ?? emptyBeginnings
            var next = line + 1
            for candidate in candidates {
                guard let failure = read(text, beginnings[candidate], from: line) else { continue }
                found.append(failure)
                next = max(next, failure.lines.upperBound)
                break
            }
            line = next
        }
        return found
    }

    private func read(_ text: FailureText, _ beginning: Beginning, from start: Int) -> FoundFailure? {
        guard start + beginning.patterns.count <= text.count else { return nil }
        // Nearly every attempt fails here, so nothing is built before the whole beginning is there.
        var captures: [Pattern.Captures] = []
        for offset in beginning.patterns.indices {
            guard let found = text.match(beginning.patterns[offset], line: start + offset) else { return nil }
            captures.append(found)
        }
        let reference = shapes[beginning.shape]
        let shape = reference.shape
        var failure = FoundFailure(reference, start: start)
        for (offset, pattern) in beginning.patterns.enumerated() {
            failure.setHead(LineFields(text, start + offset, pattern, captures[offset]))
        }
        var line = start + beginning.patterns.count
        let last = min(text.count, line + Self.mostLines)
        var isOpen = true
        while isOpen, line < last, let (rule, fields) = match(text, line, shape, failure) {
            switch rule.meaning {
            case .frame: failure.add(frame: fields)
            case .place: failure.complete(frame: fields)
            case .head: failure.setHead(fields)
            case .cause: failure.setCause(fields)
            case .text: failure.add(text: fields)
            case .end:
                failure.setHead(fields)
                failure.isComplete = true
                isOpen = false
            case .skip: break
            case .close: failure.isClosed = true
            case .stop:
                isOpen = false
                line -= 1
            }
            line += 1
        }
        failure.lines = start..<line
        guard failure.frames.count >= shape.leastFrames, failure.isComplete || !shape.needsEnd else {
            return nil
        }
        return failure
    }

    private func match(
        _ text: FailureText, _ line: Int, _ shape: FailureShape, _ failure: FoundFailure
    ) -> (LineRule, LineFields)? {
        for rule in shape.rules {
            switch rule.condition {
            case .always where !failure.isClosed: break
            case .framed where failure.stackDepth > 0 && !failure.isClosed: break
            case .unframed where failure.stackDepth == 0 && !failure.isClosed: break
            case .closed where failure.isClosed: break
            case .always, .framed, .unframed, .closed: continue
            }
            if rule.meaning == .text, failure.textLines >= Self.mostText { continue }
            for pattern in rule.patterns {
                if let captures = text.match(pattern, line: line) {
                    return (rule, LineFields(text, line, pattern, captures))
                }
            }
        }
        return nil
    }
}

import AmberModel

/// A failure while it is read, and afterwards: its head, its frames, and the lines it covers.
struct FoundFailure {
    /// Frames that a signature holds: enough to tell two failures apart, few enough for a ticket.
    static let mostFrames = 100

    private let reference: FailureShape.Reference
    /// The lines it covers.
    var lines: Range<Int>
    /// The last line was seen, where the shape has one.
    var isComplete = false
    private(set) var type: String?
    private(set) var message: String?
    private(set) var textLines = 0
    /// Frames read since the last beginning or cause, without the place that stood in its line.
    private(set) var stackDepth = 0
    /// The stack is complete: what follows belongs to the report, not to the stack.
    var isClosed = false
    /// The frames of the stack being read, as printed.
    private var stack: [FailureSignature.Frame] = []
    /// The frames of the stacks that this one caused, innermost first.
    private var outer: [FailureSignature.Frame] = []

    init(_ reference: FailureShape.Reference, start: Int) {
        self.reference = reference
        lines = start..<start
        type = reference.shape.type
    }

    /// The shape that it has.
    var shape: FailureShape { reference.shape }

    /// The frames, innermost first; a frame that repeats at once (recursion) stands once.
    var frames: [FailureSignature.Frame] {
        var result: [FailureSignature.Frame] = []
        for frame in ordered + outer where frame != result.last { result.append(frame) }
        return Array(result.prefix(Self.mostFrames))
    }

    private var ordered: [FailureSignature.Frame] {
        shape.order == .innermostFirst ? stack : stack.reversed()
    }

    mutating func setHead(_ fields: LineFields) {
        type = fields.type ?? type
        message = fields.message ?? message
        if fields.file != nil || fields.function != nil { push(fields) }
    }

    mutating func add(frame fields: LineFields) {
        stackDepth += 1
        push(fields)
    }

    private mutating func push(_ fields: LineFields) {
        stack.append(FailureSignature.Frame(function: fields.function, file: fields.file, line: fields.line))
    }

    mutating func complete(frame fields: LineFields) {
        guard var last = stack.popLast() else { return }
        last.file = fields.file ?? last.file
        last.line = fields.line ?? last.line
        last.function = last.function ?? fields.function
        stack.append(last)
    }

    mutating func setCause(_ fields: LineFields) {
        outer = Array((ordered + outer).prefix(Self.mostFrames))
        stack = []
        stackDepth = 0
        textLines = 0
        if fields.type != nil { message = nil }
        setHead(fields)
    }

    mutating func add(text fields: LineFields) {
        textLines += 1
        guard let more = fields.message, !more.isEmpty else { return }
        message = message.map { $0.isEmpty ? more : $0 + "\n" + more } ?? more
    }
}

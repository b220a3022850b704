import AmberKernel
import AmberModel

/// Reads gdb's `bt`: `#1  0x0000555 in third (o=...) at /srv/boom.swift:3`. Pure.
struct GdbBacktrace {
    private(set) var frames: [FailureSignature.Frame] = []

    /// Reads the last stack that gdb printed.
    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard line.first == "#", let (number, rest) = Self.numbered(line.dropFirst()) else { continue }
            if number == 0 { frames = [] }
            if number == frames.count { frames.append(Self.frame(rest)) }
        }
    }

    private static func numbered(_ line: Substring) -> (Int, Substring)? {
        let digits = line.prefix { $0.isNumber }
        guard let number = Int(digits) else { return nil }
        return (number, line.dropFirst(digits.count).drop { $0 == " " })
    }

    private static func frame(_ text: Substring) -> FailureSignature.Frame {
        var rest = text
        if rest.hasPrefix("0x"), let place = rest.firstRange(of: " in ") { rest = rest[place.upperBound...] }
        var frame = FailureSignature.Frame()
        // The place stands behind the arguments' parenthesis, which a function's name may hold too.
        if let place = rest.ranges(of: ") at ").last {
            let file = rest[place.upperBound...]
            if let colon = file.lastIndex(of: ":"), let line = Int(file[file.index(after: colon)...]) {
                frame.file = outside(file[..<colon])
                frame.line = line
            } else {
                frame.file = outside(file)
            }
            rest = rest[...place.lowerBound]
        } else if let place = rest.ranges(of: ") from ").last {
            frame.file = outside(rest[place.upperBound...])
            rest = rest[...place.lowerBound]
        }
        let name = String(withoutArguments(rest))
        frame.function = name == "??" ? nil : SwiftSymbol.demangled(name) ?? name
        return frame
    }

    /// The text before the parentheses at its end.
    private static func withoutArguments(_ text: Substring) -> Substring {
        guard text.hasSuffix(")") else { return text }
        var depth = 0
        for index in text.indices.reversed() {
            if text[index] == ")" { depth += 1 }
            if text[index] == "(" { depth -= 1 }
            if depth == 0 {
                let name = text[..<index]
                return name.hasSuffix(" ") ? name.dropLast() : name
            }
        }
        return text
    }

    /// A file's path inside: gdb sees it below `/proc/PID/root`.
    private static func outside(_ path: Substring) -> String {
        let parts = path.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: true)
        guard parts.count == 4, parts[0] == "proc", parts[2] == "root" else { return String(path) }
        return "/" + parts[3]
    }
}

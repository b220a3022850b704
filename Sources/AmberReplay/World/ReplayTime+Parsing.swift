extension ReplayTime {
    /// Reads `recorded`, `now`, an instant of RFC 3339 (a missing zone is UTC, a missing time midnight), or a span
    /// from the recorded instant: `+90` seconds, `-1.5h`, `+7d`; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "recorded": self = .recorded
        case "now": self = .now
        default:
            if text.hasPrefix("+") || text.hasPrefix("-") {
                guard let span = Self.span(text) else { return nil }
                self = .offset(span)
            } else {
                guard let instant = Self.instant(text) else { return nil }
                self = .instant(instant)
            }
        }
    }

    private static func span(_ text: String) -> Int64? {
        let units: [Character: Double] = [
            "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800, "y": 31_556_952,
        ]
        var digits = text.dropFirst()
        var unit = 1.0
        if let last = digits.last, let known = units[last] {
            unit = known
            digits = digits.dropLast()
        }
        guard digits.first?.isNumber ?? false, let number = Double(digits), number * unit < 9e9 else {
            return nil
        }
        let span = Int64(number * unit * 1e9)
        return text.hasPrefix("-") ? -span : span
    }

    /// Nanoseconds since the epoch of RFC 3339 text.
    static func instant(_ text: String) -> Int64? {
        var scan = Scan(Array(text.utf8))
        guard let year = scan.number(4), scan.take("-"), let month = scan.number(2), scan.take("-"),
            let day = scan.number(2), (1970...2254).contains(year), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        var seconds = days(year, month, day) * 86400
        var nanoseconds: Int64 = 0
        if !scan.isAtEnd {
            guard scan.take("T") || scan.take("t") || scan.take(" "), let hour = scan.number(2),
                scan.take(":"),
                let minute = scan.number(2), hour < 24, minute < 60
            else { return nil }
            seconds += hour * 3600 + minute * 60
            if scan.take(":") {
                guard let second = scan.number(2), second < 61 else { return nil }
                seconds += second
                if scan.take(".") {
                    guard let fraction = scan.fraction() else { return nil }
                    nanoseconds = fraction
                }
            }
            guard let zone = scan.zone() else { return nil }
            seconds -= zone
        }
        guard scan.isAtEnd, seconds >= 0 else { return nil }
        return seconds * 1_000_000_000 + nanoseconds
    }

    /// RFC 3339 text of an instant, UTC.
    static func text(_ instant: Int64) -> String {
        var days = instant / 86_400_000_000_000
        let rest = instant / 1_000_000_000 % 86400
        var year: Int64 = 1970
        while days >= daysIn(year) {
            days -= daysIn(year)
            year += 1
        }
        var month: Int64 = 1
        while month < 12, Self.days(year, month + 1, 1) - Self.days(year, 1, 1) <= days { month += 1 }
        let day = days - (Self.days(year, month, 1) - Self.days(year, 1, 1)) + 1
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return
            "\(year)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }

    private static func daysIn(_ year: Int64) -> Int64 { days(year + 1, 1, 1) - days(year, 1, 1) }

    /// Days from the epoch to a day of the Gregorian calendar.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Walks over ASCII text.
    private struct Scan {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func take(_ character: Character) -> Bool {
            guard let first = rest.first, first == character.asciiValue else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func number(_ digits: Int) -> Int64? {
            let text = rest.prefix(digits)
            guard text.count == digits, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            rest = rest.dropFirst(digits)
            return text.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }

        /// Nanoseconds of what follows a decimal point.
        mutating func fraction() -> Int64? {
            let text = rest.prefix { (0x30...0x39).contains($0) }
            guard !text.isEmpty else { return nil }
            rest = rest.dropFirst(text.count)
            return (0..<9).reduce(0) { sum, place in
                let index = text.startIndex + place
                return sum * 10 + (index < text.endIndex ? Int64(text[index] - 0x30) : 0)
            }
        }

        /// Seconds east of UTC.
        mutating func zone() -> Int64? {
            if isAtEnd || take("Z") || take("z") { return 0 }
            let isEast = take("+")
            guard isEast || take("-"), let hours = number(2) else { return nil }
            _ = take(":")
            guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
            return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
        }
    }
}

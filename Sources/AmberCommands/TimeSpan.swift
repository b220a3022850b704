import ArgumentParser

/// A duration on the command line: seconds, or a number with `ms`, `s`, `m`, `h`.
struct TimeSpan: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("", 1000)]
        for (suffix, milliseconds) in units where argument.hasSuffix(suffix) {
            guard let number = Double(argument.dropLast(suffix.count)), number > 0, number < 1e9 else {
                continue
            }
            duration = .milliseconds(Int64(number * Double(milliseconds)))
            return
        }
        return nil
    }
}

/// A size on the command line: bytes, or a number with `K`, `M`, `G`, `T` (powers of 1024).
struct ByteCount: ExpressibleByArgument {
    let bytes: UInt64

    init(bytes: UInt64) { self.bytes = bytes }

    init?(argument: String) {
        let units: [(String, UInt64)] = [
            ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40), ("", 1),
        ]
        let text = argument.uppercased().hasSuffix("B") ? String(argument.dropLast()) : argument
        for (suffix, factor) in units where text.uppercased().hasSuffix(suffix) {
            guard let number = Double(text.dropLast(suffix.count)), number > 0, number < 1e12 else {
                continue
            }
            guard let product = UInt64(exactly: (number * Double(factor)).rounded()) else { return nil }
            bytes = product
            return
        }
        return nil
    }

    var defaultValueDescription: String { Self.text(bytes) }

    /// A size for people: `12.3 MiB`.
    static func text(_ bytes: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        if unit == 0 { return "\(bytes) B" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}

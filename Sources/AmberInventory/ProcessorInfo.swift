/// The first processor of `/proc/cpuinfo`.
struct ProcessorInfo: Hashable {
    /// Its name; nil where the architecture gives none.
    private(set) var model: String?
    /// What it can do, as the kernel calls it.
    private(set) var flags: [String] = []

    /// Reads the text of `/proc/cpuinfo`, of which the first 64 KiB are enough.
    ///
    /// Source: proc_cpuinfo(5); `arch/*/kernel/cpu/proc.c`: x86 says `model name` and `flags`, arm64 `Features` and
    /// numbers (`CPU implementer`, `CPU part`) in place of a name, POWER `cpu`, s390x `processor 0` and `features`.
    init(_ bytes: [UInt8]) {
        var implementer: String?
        for line in String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line.isEmpty, !flags.isEmpty { break }
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = String(line[..<colon].split(whereSeparator: \.isWhitespace).joined(separator: " "))
            let value = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace)
            switch key {
            case "model name", "Model", "cpu", "uarch": model = model ?? value.joined(separator: " ")
            case "flags", "Features", "features", "isa": if flags.isEmpty { flags = value.map(String.init) }
            case "CPU implementer": implementer = value.first.map(String.init)
            case "CPU part": model = model ?? "implementer \(implementer ?? "?") part \(value.first ?? "?")"
            default: continue
            }
        }
    }
}

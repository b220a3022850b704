/// What the kernel told a process at its start (getauxval(3)), read from outside.
package struct AuxiliaryVector: Sendable {
    /// AT_RANDOM: where 16 random bytes stand, from which a C library makes its canaries.
    package static let random: UInt64 = 25
    /// AT_SYSINFO_EHDR: where the vDSO is.
    package static let vdso: UInt64 = 33

    private let values: [UInt64: UInt64]

    /// Reads `/proc/PID/auxv` of a 64-bit process; nil where it is gone, or refuses.
    package init?(of processID: Int32) {
        guard let bytes = try? Files.contents(KernelPath("/proc/\(processID)/auxv"), limit: 8192) else {
            return nil
        }
        self.init(bytes)
    }

    /// Takes the vector apart: pairs of a type and a value, up to the type 0.
    init(_ bytes: [UInt8]) {
        let fields = ElfFields(bytes, is64Bit: true, isLittleEndian: true)
        var values: [UInt64: UInt64] = [:]
        for place in stride(from: 0, through: bytes.count - 16, by: 16) {
            let type = fields.number(place, 8)
            if type == 0 { break }
            values[type] = fields.number(place + 8, 8)
        }
        self.values = values
    }

    /// The value of a type; nil where the vector has none.
    package subscript(type: UInt64) -> UInt64? { values[type] }
}

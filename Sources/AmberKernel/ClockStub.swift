import CLinux

/// The code that takes the place of a vDSO's clocks: what it writes where. A value; nothing is written here.
///
/// Source: `CLinux/clock_stub.S`.
package struct ClockStub: Hashable, Sendable {
    /// The third argument of the stub's own calls, by which a filter knows them.
    package static let mark = UInt32(AMBER_STUB_MARK)

    /// Bytes for a place in the image.
    package struct Patch: Hashable, Sendable {
        package var address: UInt64
        package var bytes: [UInt8]
    }

    /// The patches, in the order in which they must be written: the code before the jumps to it.
    package let patches: [Patch]

    /// Plans the patches of an image.
    ///
    /// The functions call nothing of each other, so that the body of the longest, clock_gettime, holds the code for all;
    /// where it is too short (a kernel without high-resolution clocks), the end of the image's last page does.
    ///
    /// Nil where the image has no clocks, is for another machine, or has no room.
    ///
    /// - Parameters:
    ///   - image: The process's own image.
    ///   - mappedSize: Bytes that are mapped, whole pages.
    ///   - offset: Nanoseconds that are added to CLOCK_REALTIME.
    package init?(_ image: VdsoImage, mappedSize: Int, offset: Int64) {
        guard image.machine == Self.machine,
            let clock = Self.function(["__vdso_clock_gettime", "__kernel_clock_gettime"], image)
        else { return nil }
        let layout = amber_stub_copy(nil, 0)
        var code = [UInt8](repeating: 0, count: Int(layout.size))
        _ = amber_stub_copy(&code, layout.size)
        let (seconds, nanoseconds) = Self.parts(of: offset)
        code.replaceSubrange(Int(layout.offset)..<Int(layout.offset) + 8, with: Clock.words(seconds))
        code.replaceSubrange(Int(layout.offset) + 8..<Int(layout.size), with: Clock.words(nanoseconds))
        var place = (clock.address + 7) & ~7
        if place + UInt64(code.count) > clock.address + clock.sizeInBytes {
            place = (UInt64(image.sizeInBytes) + 15) & ~15
            guard place + UInt64(code.count) <= UInt64(mappedSize) else { return nil }
        }
        var patches = [Patch(address: place, bytes: code)]
        func redirect(_ function: VdsoImage.Function?, to part: UInt32) {
            guard let function, function.address != place + UInt64(part), function.sizeInBytes >= 8 else {
                return
            }
            patches.append(
                Patch(
                    address: function.address,
                    bytes: Self.jump(from: function.address, to: place + UInt64(part)))
            )
        }
        redirect(clock, to: 0)
        redirect(
            Self.function(["__vdso_gettimeofday", "__kernel_gettimeofday"], image), to: layout.gettimeofday)
        if layout.time != 0 { redirect(Self.function(["__vdso_time"], image), to: layout.time) }
        self.patches = patches
    }

    /// Seconds, and nanoseconds that are not negative, which add up to the offset.
    package static func parts(of offset: Int64) -> (seconds: Int64, nanoseconds: Int64) {
        let rest = offset % 1_000_000_000
        let seconds = offset / 1_000_000_000
        return rest < 0 ? (seconds - 1, rest + 1_000_000_000) : (seconds, rest)
    }

    private static func function(_ names: [String], _ image: VdsoImage) -> VdsoImage.Function? {
        names.lazy.compactMap { image.functions[$0] }.first
    }

    #if arch(x86_64)
        private static let machine: UInt16 = 62

        /// jmp rel32, counted from the next instruction.
        private static func jump(from place: UInt64, to target: UInt64) -> [UInt8] {
            let distance = UInt32(truncatingIfNeeded: Int64(target) - Int64(place) - 5)
            return [0xE9] + (0..<4).map { UInt8(truncatingIfNeeded: distance >> UInt32(8 * $0)) }
        }
    #else
        private static let machine: UInt16 = 183

        /// b imm26, in words from the instruction itself.
        private static func jump(from place: UInt64, to target: UInt64) -> [UInt8] {
            let words = UInt32(truncatingIfNeeded: (Int64(target) - Int64(place)) >> 2) & 0x03FF_FFFF
            let instruction = 0x1400_0000 | words
            return (0..<4).map { UInt8(truncatingIfNeeded: instruction >> UInt32(8 * $0)) }
        }
    #endif
}

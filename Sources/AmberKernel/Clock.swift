import CLinux
import Glibc

/// The kernel's clocks, in nanoseconds.
package enum Clock {
    /// CLOCK_REALTIME, since the epoch.
    package static func realtime() -> Int64 { now(CLOCK_REALTIME) }
    /// CLOCK_MONOTONIC, since some moment at boot.
    package static func monotonic() -> Int64 { now(CLOCK_MONOTONIC) }
    /// CLOCK_BOOTTIME: monotonic, and counts while the machine sleeps.
    package static func boottime() -> Int64 { now(CLOCK_BOOTTIME) }
    /// Any clock, by its number (clock_gettime(2)).
    package static func now(_ clock: Int32) -> Int64 { amber_clock(clock) }

    /// Numbers as the kernel lays them out in `struct timespec`, `struct timeval` and `time_t` of 64-bit programs.
    package static func words(_ values: Int64...) -> [UInt8] {
        values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) } }
    }
}

extension Duration {
    /// Whole nanoseconds, at most 73 years: a clock's value can be added.
    package var nanoseconds: Int64 {
        let longest = Int64.max / 4
        let (seconds, attoseconds) = components
        guard seconds < longest / 1_000_000_000 else { return longest }
        return max(seconds, 0) * 1_000_000_000 + max(attoseconds, 0) / 1_000_000_000
    }
}

import CLinux

/// The kernel's clocks, in nanoseconds.
package enum Clock {
    /// CLOCK_REALTIME, since the epoch.
    package static func realtime() -> Int64 { amber_clock_realtime() }
    /// CLOCK_MONOTONIC, since some moment at boot.
    package static func monotonic() -> Int64 { amber_clock_monotonic() }
    /// CLOCK_BOOTTIME: monotonic, and counts while the machine sleeps.
    package static func boottime() -> Int64 { amber_clock_boottime() }
}

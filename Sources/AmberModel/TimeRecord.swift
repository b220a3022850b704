/// `time.json`: what the clocks showed at one instant, as the first program began.
public struct TimeRecord: Codable, Hashable, Sendable {
    /// CLOCK_REALTIME, nanoseconds since the epoch.
    public var realtime: Int64
    /// CLOCK_MONOTONIC, in nanoseconds.
    public var monotonic: Int64
    /// CLOCK_BOOTTIME, in nanoseconds.
    public var boottime: Int64

    /// Makes a record.
    public init(realtime: Int64, monotonic: Int64, boottime: Int64) {
        self.realtime = realtime
        self.monotonic = monotonic
        self.boottime = boottime
    }
}

import AmberKernel

extension SyscallTable {
    /// Sets of rows that a run may do without: what is not notified costs nothing.
    package struct Uses: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        /// getrandom, and reads of the random devices.
        package static let randomness = Uses(rawValue: 1)
        /// Calls that read CLOCK_REALTIME past the vDSO, or wait until an instant of it.
        package static let clock = Uses(rawValue: 2)
        /// Questions about processors and memory.
        package static let identity = Uses(rawValue: 4)
        /// Questions for a socket's names: where connections are relayed.
        package static let socketNames = Uses(rawValue: 8)
    }

    /// A read is looked at by its descriptor's number: what the filter costs other reads cannot be measured.
    ///
    /// A vDSO that has getrandom (Linux 6.11) draws a key by this call and stretches it itself: the same key gives the
    /// same bytes, for as long as the kernel does not reseed its own generator, which it does once a minute
    /// (CRNG_RESEED_INTERVAL, drivers/char/random.c); so that one is left as it is.
    static let randomnessRows: [Row] = [
        Row(CallShape("getrandom", .world), 318, 355, 278),
        Row(CallShape("read", .standardInput), 0, 3, 63, .argumentIsIn(0, RandomDevice.descriptors)),
    ]

    private static let realtimeClocks: [UInt32] = [0, 5, 8, 11]  // REALTIME, _COARSE, _ALARM, TAI
    private static let isAbsolute: UInt32 = 1  // TIMER_ABSTIME, TFD_TIMER_ABSTIME
    private static let notTheStub = SeccompProgram.Condition.argumentDiffers(2, from: ClockStub.mark)

    /// 32-bit programs are left out: their vDSO and their structures are others (labelled in the bundle's fidelity).
    static let clockRows: [Row] = [
        Row(
            CallShape("clock_gettime", .world), 228, nil, 113,
            .all([.argumentIsOne(0, of: realtimeClocks), notTheStub])),
        Row(CallShape("gettimeofday", .world), 96, nil, 169, notTheStub),
        Row(CallShape("time", .world), 201, nil, nil),
        // FUTEX_CLOCK_REALTIME is 256; FUTEX_LOCK_PI (6, private 134) knows no other clock.
        Row(
            CallShape("futex", .world), 202, nil, 98,
            .all([.argumentIsSet(3), .argumentHasBits(1, 256)])),
        Row(
            CallShape("futex", .world), 202, nil, 98,
            .all([.argumentIsOne(1, of: [6, 134]), .argumentIsSet(3)])),
        Row(
            CallShape("futex_waitv", .world), 449, nil, 449,
            .all([.argument(4, equals: 0), .argumentIsSet(3)])),
        Row(
            CallShape("clock_nanosleep", .world), 230, nil, 115,
            .all([.argumentIsOne(0, of: realtimeClocks), .argumentHasBits(1, isAbsolute)])),
        Row(CallShape("timerfd_settime", .world), 286, nil, 86, .argumentHasBits(1, isAbsolute)),
        Row(CallShape("timer_settime", .world), 223, nil, 110, .argumentHasBits(1, isAbsolute)),
        Row(CallShape("mq_timedsend", .world), 242, nil, 182, .argumentIsSet(4)),
        Row(CallShape("mq_timedreceive", .world), 243, nil, 183, .argumentIsSet(4)),
    ]

    static let identityRows: [Row] = [
        Row(CallShape("sched_setaffinity", .world), 203, nil, 122),
        Row(CallShape("sched_getaffinity", .world), 204, nil, 123),
        Row(CallShape("sysinfo", .world), 99, nil, 179),
    ]
}

import AmberKernel
import AmberSupervisor

/// Where a call keeps the instant of CLOCK_REALTIME until which it waits.
struct AbsoluteDeadline {
    /// Address of its `struct timespec`.
    let address: UInt64
    /// True where the call sleeps until then; else it returns at once, and a timer does the waiting.
    let isSleeping: Bool

    /// Finds it; nil where the call has none after all.
    init?(_ call: ObservedCall, _ raw: RawCall) {
        switch call.shape.name {
        case "futex":
            // WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI, LOCK_PI2: all others take a duration, or no time (futex(2)).
            guard [9, 11, 6, 13].contains(raw.arguments[1] & 127) else { return nil }
            self.init(raw.arguments[3], isSleeping: true)
        case "futex_waitv": self.init(raw.arguments[3], isSleeping: true)
        case "clock_nanosleep": self.init(raw.arguments[2], isSleeping: true)
        case "mq_timedsend", "mq_timedreceive": self.init(raw.arguments[4], isSleeping: true)
        case "timerfd_settime":
            guard Self.isRealtime(timerDescriptor: raw.arguments[0], call.threadID) else { return nil }
            self.init(raw.arguments[2], isSleeping: false, offset: 16)  // behind it_interval
        case "timer_settime":
            guard Self.isRealtime(timer: raw.arguments[0], call.processID) else { return nil }
            self.init(raw.arguments[2], isSleeping: false, offset: 16)
        default: return nil
        }
    }

    private init?(_ address: UInt64, isSleeping: Bool, offset: UInt64 = 0) {
        guard address != 0 else { return nil }
        self.address = address &+ offset
        self.isSleeping = isSleeping
    }

    /// proc_pid_fdinfo(5): `clockid: 0`.
    private static func isRealtime(timerDescriptor: UInt64, _ threadID: Int32) -> Bool {
        let number = Int32(truncatingIfNeeded: timerDescriptor)
        return text("/proc/\(threadID)/fdinfo/\(number)").contains {
            $0.hasPrefix("clockid:") && ["0", "8", "11"].contains($0.split(separator: " ").last)
        }
    }

    /// proc_pid_timers(5): `ID: 0`, and some lines below `ClockID: 0`.
    private static func isRealtime(timer: UInt64, _ processID: Int32) -> Bool {
        let lines = text("/proc/\(processID)/timers")
        guard let start = lines.firstIndex(of: "ID: \(Int32(truncatingIfNeeded: timer))") else {
            return false
        }
        let clock = lines[start...].first { $0.hasPrefix("ClockID:") }
        return ["0", "8", "11"].contains(clock?.split(separator: " ").last)
    }

    private static func text(_ path: String) -> [String] {
        let bytes = (try? Files.contents(KernelPath(path), limit: 1 << 20)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
        }
    }
}

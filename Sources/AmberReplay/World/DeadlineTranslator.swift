import AmberKernel
import AmberSupervisor
import Synchronization

/// Writes the real instant over a deadline that a caller took from the replayed clock, for as long as its call needs.
///
/// The kernel reads a deadline as the call begins; by then it must be the real one, and it stands in the caller's own
/// memory, where the call's registers point to. So it is written there while the call waits for its answer, and the
/// old one is put back once the kernel has it: as soon as the thread sleeps elsewhere.
final class DeadlineTranslator: Sendable {
    private struct Key: Hashable {
        var process: Int32
        var address: UInt64
    }

    private struct Loan {
        var original: [UInt8]
        var translated: [UInt8]
        var threads: [Int32]
        /// CLOCK_MONOTONIC after which it is put back in any case.
        var end: Int64
    }

    private struct State {
        var loans: [Key: Loan] = [:]
        var isServed = false
    }

    private let state = Mutex(State())

    /// Translates a waiting call's deadline by so many nanoseconds.
    func translate(_ deadline: AbsoluteDeadline, of call: ObservedCall, by offset: Int64) {
        let key = Key(process: call.processID, address: deadline.address)
        let patience: Int64 = deadline.isSleeping ? 1_000_000_000 : 20_000_000
        let mustServe = state.withLock { state -> Bool in
            guard let original = ProcessMemory.read(call.threadID, key.address, count: 16),
                original.count == 16
            else { return false }
            let end = Clock.monotonic() + patience
            if state.loans[key]?.translated == original {
                // Another thread waits for the same instant: it is the real one already.
                state.loans[key]?.threads.append(call.threadID)
                state.loans[key]?.end = end
                return false
            }
            guard let translated = Self.translate(original, by: offset),
                Self.write(call.threadID, key.address, translated)
            else { return false }
            state.loans[key] = Loan(
                original: original, translated: translated, threads: [call.threadID], end: end)
            defer { state.isServed = true }
            return !state.isServed
        }
        guard mustServe else { return }
        do {
            try DetachedThread.start(named: "amber-deadlines") { self.serve() }
        } catch {
            state.withLock { $0.isServed = false }
        }
    }

    /// Puts deadlines back until there are none; the next one starts another thread.
    private func serve() {
        while true {
            _ = Poll.sleep(milliseconds: 1)
            let isOver = state.withLock { state in
                let now = Clock.monotonic()
                for (key, loan) in state.loans where now >= loan.end || loan.threads.allSatisfy(Self.hasRead)
                {
                    state.loans[key] = nil
                    // A program that has put something else there meanwhile keeps it.
                    guard ProcessMemory.read(key.process, key.address, count: 16) == loan.translated else {
                        continue
                    }
                    _ = Self.write(key.process, key.address, loan.original)
                }
                if state.loans.isEmpty { state.isServed = false }
                return state.loans.isEmpty
            }
            if isOver { return }
        }
    }

    /// Tells whether the kernel has taken a thread's deadline: it sleeps, and not for our answer.
    private static func hasRead(_ threadID: Int32) -> Bool {
        guard let channel = ProcessFacts.waitChannel(of: threadID) else { return true }
        return channel != "0" && !channel.contains("seccomp")
    }

    /// The `struct timespec` so many nanoseconds later; nil for zero, which disarms a timer, and for what is invalid.
    static func translate(_ timespec: [UInt8], by offset: Int64) -> [UInt8]? {
        let fields = ElfFields(timespec, is64Bit: true, isLittleEndian: true)
        let seconds = Int64(bitPattern: fields.number(0, 8))
        let nanoseconds = Int64(bitPattern: fields.number(8, 8))
        guard (seconds, nanoseconds) != (0, 0), nanoseconds >= 0, nanoseconds < 1_000_000_000 else {
            return nil
        }
        let shift = ClockStub.parts(of: offset)
        var sum = nanoseconds + shift.nanoseconds
        let (whole, overflows) = seconds.addingReportingOverflow(shift.seconds)
        guard !overflows, whole < Int64.max else { return nil }
        let carry: Int64 = sum >= 1_000_000_000 ? 1 : 0
        sum -= carry * 1_000_000_000
        // An instant before the epoch is refused by the kernel, and would have been long past here: the epoch is, too.
        return whole + carry > 0 ? Clock.words(whole + carry, sum) : Clock.words(0, 1)
    }

    /// A deadline may stand where the program itself cannot write.
    private static func write(_ processID: Int32, _ address: UInt64, _ bytes: [UInt8]) -> Bool {
        ProcessMemory.write(processID, address, bytes) || ProcessMemory.force(processID, address, bytes)
    }
}

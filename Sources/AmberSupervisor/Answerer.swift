package import AmberKernel
import Synchronization

/// Answers calls that were held, from any thread, and keeps account of the slots.
package final class Answerer: Sendable {
    private let listener: BorrowedListener
    private let free: Mutex<[Int]>

    init(_ listener: BorrowedListener) {
        self.listener = listener
        free = Mutex(Array((0..<SupervisorMemory.slotCount).reversed()))
    }

    /// Lets a held call go on, or makes it fail; the slot is free afterwards.
    package func answer(_ slot: Int, error: Int32 = 0) {
        listener.answer(slot, error: error)
        free.withLock { $0.append(slot) }
    }

    /// Makes a held call return a value without being carried out; the slot is free afterwards.
    package func answer(_ slot: Int, value: Int64) {
        listener.answer(slot, value: value)
        free.withLock { $0.append(slot) }
    }

    /// Says that a call is held on purpose: whoever holds one for longer than a second calls this every second.
    package func refresh(_ slot: Int) { listener.refresh(slot) }

    /// Tells whether the caller still waits: before its memory is written to, so that no other process is meant.
    package func isWaiting(_ slot: Int) -> Bool { listener.isWaiting(slot) }

    /// Hands a held call to somebody who knows nothing of slots.
    package func hold(_ slot: Int) -> HeldCall {
        HeldCall(
            answer: { answer in
                switch answer {
                case .proceed: self.answer(slot)
                case .fail(let code): self.answer(slot, error: code)
                case .value(let value): self.answer(slot, value: value)
                }
            }, refresh: { self.refresh(slot) }, isWaiting: { self.isWaiting(slot) })
    }

    /// The numbers of a call that waits, as the kernel gave them.
    package func rawCall(_ slot: Int) -> RawCall { listener.call(slot) }

    /// Gives the caller a descriptor of ours under a number of its own; its call still waits.
    package func give(_ slot: Int, descriptor: Int32, as wanted: Int32, closesOnExec: Bool) -> Bool {
        (try? listener.give(slot, descriptor: descriptor, as: wanted, closesOnExec: closesOnExec)) != nil
    }

    /// Takes a free slot; nil when every one waits for an answer.
    func takeSlot() -> Int? { free.withLock { $0.popLast() } }

    /// Gives a slot back that holds no call.
    func returnSlot(_ slot: Int) { free.withLock { $0.append(slot) } }
}

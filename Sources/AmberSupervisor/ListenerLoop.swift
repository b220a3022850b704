package import AmberKernel

/// The thread that receives notified calls, decodes them and asks the handler.
package final class ListenerLoop: Sendable {
    private let thread: KernelThread
    private let stopNumber: Int32
    private let stop: StopSignal

    /// Wakes the loop's poll; a class so that the thread and the owner share one.
    private final class StopSignal: Sendable {
        let counter: EventCounter
        init() throws(SyscallError) { counter = try EventCounter() }
    }

    /// Starts to serve a listener, which must outlive the loop.
    package init(
        _ listener: BorrowedListener, handler: any CallHandler
    ) throws(SyscallError) {
        let stop = try StopSignal()
        self.stop = stop
        stopNumber = stop.counter.descriptor.number
        let answerer = Answerer(listener)
        let number = stopNumber
        thread = try KernelThread("amber-listener") {
            Self.serve(listener, handler, answerer, stop: number)
        }
    }

    /// Ends the loop and waits for its thread. Calls that are held are answered by whoever holds them.
    package func end() {
        stop.counter.signal()
        thread.join()
    }

    private static func serve(
        _ listener: BorrowedListener, _ handler: any CallHandler, _ answerer: Answerer, stop: Int32
    ) {
        var decoder = CallDecoder()
        var spare = answerer.takeSlot()
        while listener.wait(stop: stop) {
            // Every slot waits for an answer: the guardian lets overdue ones go, so one comes back.
            guard let slot = spare ?? answerer.takeSlot() else {
                _ = Poll.sleep(milliseconds: 1)
                continue
            }
            guard listener.receive(into: slot) else {
                spare = slot
                continue
            }
            guard let call = decoder.decode(listener.call(slot)) else {
                listener.answer(slot)
                spare = slot
                continue
            }
            switch handler.decide(call, slot: slot, answerer: answerer) {
            case .proceed:
                listener.answer(slot)
                spare = slot
            case .fail(let error):
                listener.answer(slot, error: error)
                spare = slot
            case .value(let value):
                listener.answer(slot, value: value)
                spare = slot
            case .held:
                spare = nil
            }
        }
        if let spare { answerer.returnSlot(spare) }
    }
}

import AmberKernel

/// The signals that end a debug session; they are blocked while this process supervises, so that waits look for them here.
final class Interruption: Sendable {
    private let descriptor: OwnedDescriptor
    private static let signals = [Signals.hangup, Signals.interrupt, Signals.quit, Signals.terminate]

    /// Watches.
    ///
    /// - Parameter isForeground: A program in the foreground takes the keys of the terminal itself: ^C and ^\\ are its own.
    /// - Throws: `SyscallError`: no descriptor is left.
    init(isForeground: Bool = false) throws(SyscallError) {
        let wanted = Self.signals.filter { !isForeground || ($0 != Signals.interrupt && $0 != Signals.quit) }
        descriptor = try Signals.descriptor(Signals.mask(wanted))
    }

    /// What to poll.
    var item: Poll.Item { Poll.Item(descriptor.number) }

    /// The signal that came; nil for none.
    var signal: Int32? { Signals.next(from: descriptor.number)?.number }

    /// Waits for a descriptor.
    ///
    /// - Parameter number: Borrowed.
    /// - Returns: False where a signal came first.
    func wait(for number: Int32) -> Bool {
        while true {
            var items = [Poll.Item(number), item]
            _ = Poll.wait(&items)
            if items[1].isReady, signal != nil { return false }
            if items[0].isReady { return true }
        }
    }
}

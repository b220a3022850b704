import CLinux

/// poll(2) over a few descriptors.
package enum Poll {
    /// What is waited for on one descriptor; a negative number is skipped.
    package struct Item: Sendable {
        /// The descriptor, borrowed.
        package var number: Int32
        /// Wait until it can be written instead of read.
        package var isForWriting: Bool
        /// After the call: it can be read or written, or has failed or hung up.
        package var isReady = false
        /// After the call: the other side is gone.
        package var isHungUp = false

        package init(_ number: Int32, isForWriting: Bool = false) {
            self.number = number
            self.isForWriting = isForWriting
        }
    }

    /// Waits until one of the items is ready, or `milliseconds` have passed; negative waits for ever.
    ///
    /// - Returns: How many are ready; 0 also when a signal came.
    package static func wait(_ items: inout [Item], milliseconds: Int32 = -1) -> Int {
        var raw = items.map { amber_poll(fd: $0.number, wanted: $0.isForWriting ? 4 : 1, ready: 0) }
        let count = amber_poll(&raw, Int32(raw.count), milliseconds)
        for index in items.indices {
            items[index].isReady = count > 0 && raw[index].ready != 0
            items[index].isHungUp = count > 0 && raw[index].ready & 0x18 != 0 && raw[index].ready & 1 == 0
        }
        return max(Int(count), 0)
    }

    /// Tells whether a descriptor can be read at once.
    package static func isReadable(_ number: Int32) -> Bool {
        var items = [Item(number)]
        return wait(&items, milliseconds: 0) > 0
    }
}

extension Poll {
    /// Waits; a signal ends the wait early.
    package static func sleep(milliseconds: Int32) -> Bool {
        var none: [Item] = []
        return wait(&none, milliseconds: milliseconds) == 0
    }
}

import AmberKernel

/// What a notified call wants of descriptor 0, as far as its arguments tell.
enum StandardInputLook: Hashable {
    /// At most so many bytes.
    case read(Int)
    /// To wait for any of these descriptors.
    case wait([Int32])
    /// A copy out of the way, as shells make before a redirection and take back after it: nothing is looked at.
    case copy
    /// Anything else: whether there is something, or a copy to read from.
    case other

    /// Numbers from here on are where shells put descriptors that they will want back (bash's `add_undo_redirect`,
    /// dash's `savefd`, zsh's `movefd`).
    private static let copies: UInt64 = 10
    /// Most descriptors of one wait that are read.
    private static let longestWait: UInt64 = 1024

    /// Reads a call and what its arguments point to.
    init(_ call: ObservedCall, _ raw: RawCall) {
        switch call.shape.name {
        case "read": self = raw.arguments[2] > 0 ? .read(Int(min(raw.arguments[2], 1 << 16))) : .wait([])
        case "fcntl": self = raw.arguments[2] >= Self.copies && raw.arguments[2] < 1 << 16 ? .copy : .other
        case "poll", "ppoll":
            let count = min(raw.arguments[1], Self.longestWait)
            let items = ProcessMemory.read(raw.threadID, raw.arguments[0], count: Int(count) * 8)
            self = count == 0 ? .wait([]) : items.map { .wait(Self.polled($0)) } ?? .other
        case "select", "pselect6":
            let bits = min(raw.arguments[0], Self.longestWait)
            if bits == 0 || bits > 1 << 31 || raw.arguments[1] == 0 {
                self = .wait([])
            } else {
                let set = ProcessMemory.read(raw.threadID, raw.arguments[1], count: Int((bits + 7) / 8))
                self = set.map { .wait(Self.selected($0)) } ?? .other
            }
        default: self = .other
        }
    }

    /// The descriptors of a `struct pollfd` array that wait for something to read.
    static func polled(_ bytes: [UInt8]) -> [Int32] {
        stride(from: 0, to: bytes.count - 7, by: 8).compactMap { place in
            let number = bytes[place..<(place + 4)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            // POLLIN and POLLRDNORM.
            let wantsInput = bytes[place + 4] & 0x41 != 0
            return wantsInput ? Int32(bitPattern: number) : nil
        }
    }

    /// The descriptors of an `fd_set`; its words are little-endian on every machine that Amber runs on.
    static func selected(_ bytes: [UInt8]) -> [Int32] {
        bytes.enumerated().flatMap { place, byte in
            (0..<8).filter { byte >> $0 & 1 == 1 }.map { Int32(place * 8 + $0) }
        }
    }
}

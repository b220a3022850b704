import AmberModel

/// The touched paths under every spelling that a package database may use, for looking up millions of listed paths.
///
/// A look-up costs one hash of the listed path, about 1 ns a byte, and no allocation: the databases are streamed past
/// the touched paths, never the other way round.
struct TouchedTable {
    /// Whose claim on a spelling counts.
    enum Rule: Hashable, Sendable {
        /// Everybody's.
        case anyone
        /// One package's: the one that diverts the path.
        case only(String)
        /// Everybody's but the diverting package's: this is where the others' file was moved to.
        case except(String)

        /// Tells whether a package's claim counts.
        func allows(_ package: String) -> Bool {
            switch self {
            case .anyone: true
            case .only(let name): name == package
            case .except(let name): name != package
            }
        }
    }

    private struct Entry {
        var hash: UInt64
        var spelling: [UInt8]
        var touched: Int
        var rule: Rule
    }

    private var entries: [Entry] = []
    private var slots: [Int32] = []
    /// Differs from run to run, so that nobody can choose paths whose hashes collide.
    private let seed = UInt64.random(in: .min ... .max)

    /// Makes a table with room for `count` spellings.
    init(count: Int) { slots = Array(repeating: -1, count: Self.capacity(for: count)) }

    /// Makes the table of paths as they are, and as they are spelled on the other side of a merged `/usr`.
    init(_ paths: [ByteString]) {
        self.init(count: paths.count * 2)
        for (number, path) in paths.enumerated() {
            for spelling in MergedUsr.spellings(of: path.bytes) {
                insert(spelling, touched: number, rule: .anyone)
            }
        }
    }

    /// Adds a spelling of a touched path.
    mutating func insert(_ spelling: [UInt8], touched: Int, rule: Rule) {
        if (entries.count + 1) * 2 > slots.count { grow() }
        let hash = spelling.reduce(seed) { ($0 ^ UInt64($1)) &* Self.prime }
        entries.append(Entry(hash: hash, spelling: spelling, touched: touched, rule: rule))
        place(entries.count - 1)
    }

    /// Goes through lines of text and calls `body` for each line that is a touched path's spelling.
    func scan(lines bytes: [UInt8], _ body: (_ touched: Int, _ rule: Rule) -> Void) {
        bytes.withUnsafeBufferPointer { buffer in
            var start = 0
            var hash = seed
            for position in 0..<buffer.count {
                let byte = buffer[position]
                if byte != 10 {
                    hash = (hash ^ UInt64(byte)) &* Self.prime
                    continue
                }
                look(up: hash, UnsafeBufferPointer(rebasing: buffer[start..<position]), body)
                start = position + 1
                hash = seed
            }
            if start < buffer.count { look(up: hash, UnsafeBufferPointer(rebasing: buffer[start...]), body) }
        }
    }

    /// Calls `body` for each touched path that has this spelling.
    func find(_ spelling: [UInt8], _ body: (_ touched: Int, _ rule: Rule) -> Void) {
        let hash = spelling.reduce(seed) { ($0 ^ UInt64($1)) &* Self.prime }
        spelling.withUnsafeBufferPointer { look(up: hash, $0, body) }
    }

    private func look(
        up hash: UInt64, _ spelling: UnsafeBufferPointer<UInt8>, _ body: (Int, Rule) -> Void
    ) {
        var slot = Self.first(hash, slots.count)
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.hash == hash, entry.spelling.elementsEqual(spelling) { body(entry.touched, entry.rule) }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    private mutating func place(_ number: Int) {
        var slot = Self.first(entries[number].hash, slots.count)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(number)
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for number in entries.indices { place(number) }
    }

    private static let prime: UInt64 = 0x100_0000_01B3  // FNV-1a, 64 bits

    private static func first(_ hash: UInt64, _ count: Int) -> Int {
        Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & UInt64(count - 1))
    }

    private static func capacity(for count: Int) -> Int {
        var capacity = 64
        while capacity < count * 4 { capacity *= 2 }
        return capacity
    }
}

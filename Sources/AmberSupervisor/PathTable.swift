/// Paths by number: each is stored once, in one array of bytes, so that 100,000 of them fit in a few megabytes.
package struct PathTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    private var buckets: [Int32] = Array(repeating: -1, count: 1024)

    package init() {}

    /// Number of paths.
    package var count: Int { ends.count }

    /// The path with a number that `number(of:)` gave.
    package subscript(number: Int32) -> [UInt8] { Array(bytes[range(number)]) }

    /// The number of a path, a new one where it is not known.
    package mutating func number(of path: [UInt8]) -> Int32 {
        let bucket = find(path)
        if buckets[bucket] >= 0 { return buckets[bucket] }
        let number = Int32(ends.count)
        bytes += path
        ends.append(UInt32(bytes.count))
        buckets[bucket] = number
        if ends.count * 2 > buckets.count { grow() }
        return number
    }

    /// The number of a path that is known; nil otherwise.
    package func existingNumber(of path: [UInt8]) -> Int32? {
        let number = buckets[find(path)]
        return number >= 0 ? number : nil
    }

    private func range(_ number: Int32) -> Range<Int> {
        let index = Int(number)
        return Int(index == 0 ? 0 : ends[index - 1])..<Int(ends[index])
    }

    /// Hashes all bytes at once: an array's own way takes them one by one.
    private static func hash(_ path: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        unsafe path.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    private func find(_ path: [UInt8]) -> Int {
        let mask = buckets.count - 1
        var bucket = Self.hash(path[...]) & mask
        while buckets[bucket] >= 0, !bytes[range(buckets[bucket])].elementsEqual(path) {
            bucket = (bucket + 1) & mask
        }
        return bucket
    }

    private mutating func grow() {
        let mask = buckets.count * 2 - 1
        buckets = Array(repeating: -1, count: mask + 1)
        for number in 0..<Int32(ends.count) {
            var bucket = Self.hash(bytes[range(number)]) & mask
            while buckets[bucket] >= 0 { bucket = (bucket + 1) & mask }
            buckets[bucket] = number
        }
    }
}

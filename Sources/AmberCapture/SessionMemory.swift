import AmberKernel
import Synchronization

/// Copies of what lies around the secrets of TLS sessions, in the memory of programs that log none.
///
/// OpenSSL, to which PostgreSQL's client, Ruby, Perl, PHP and others leave TLS, keeps a session's secrets in the
/// structure that holds its client random, or in one that this points to. The copies never leave this process.
final class SessionMemory: Sendable {
    private struct State {
        var pieces: [[UInt8]: [[UInt8]]] = [:]
        var size = 0
    }

    private let state = Mutex(State())
    /// Most bytes of a process that are looked at for a session, so that no peer waits for long.
    private static let mostSearched: UInt64 = 512 << 20
    private static let mostKept = 96 << 20
    private static let reach: UInt64 = 8192
    private static let mostPlaces = 8
    private static let mostPointers = 4096
    /// What is copied where a pointer leads: a session's structure begins with its master secret.
    private static let pointedSize = 512

    /// Looks for a session that a process has just made.
    func look(_ processID: Int32, _ clientRandom: [UInt8]) {
        guard state.withLock({ $0.size < Self.mostKept }) else { return }
        let heaps = ProcessMemory.heaps(of: processID)
        let near = surroundings(of: clientRandom, heaps, processID)
        let pieces = near + pointed(from: near, heaps, processID)
        state.withLock { state in
            state.pieces[clientRandom] = pieces
            state.size += pieces.reduce(0) { $0 + $1.count }
        }
    }

    /// What was copied for a session, the likelier pieces first.
    func pieces(_ clientRandom: [UInt8]) -> [[UInt8]] { state.withLock { $0.pieces[clientRandom] ?? [] } }

    private func surroundings(
        of bytes: [UInt8], _ heaps: [Range<UInt64>], _ processID: Int32
    ) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var searched: UInt64 = 0
        for heap in heaps where pieces.count < Self.mostPlaces {
            searched += UInt64(heap.count)
            if searched > Self.mostSearched { break }
            let limit = Self.mostPlaces - pieces.count
            for place in ProcessMemory.places(of: bytes, in: heap, of: processID, limit: limit) {
                let start = max(heap.lowerBound, place > Self.reach ? (place - Self.reach) & ~7 : 0)
                let end = min(heap.upperBound, place + Self.reach)
                if let piece = ProcessMemory.read(processID, start, count: Int(end - start)) {
                    pieces.append(piece)
                }
            }
        }
        return pieces
    }

    private func pointed(
        from pieces: [[UInt8]], _ heaps: [Range<UInt64>], _ processID: Int32
    ) -> [[UInt8]] {
        var seen: Set<UInt64> = []
        for piece in pieces where piece.count >= 8 {
            for start in stride(from: 0, through: piece.count - 8, by: 8) where seen.count < Self.mostPointers
            {
                let value = piece[start..<(start + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                if value & 7 == 0, value > 1 << 16, heaps.contains(where: { $0.contains(value) }) {
                    seen.insert(value)
                }
            }
        }
        return seen.sorted().compactMap { ProcessMemory.read(processID, $0, count: Self.pointedSize) }
    }
}

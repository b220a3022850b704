package import AmberKernel
import Synchronization

/// What passed through a stream: its head in a nameless file, its tail in memory, its true length.
package final class StreamRecording: Sendable {
    /// Most bytes that are kept from the start of an output.
    package static let outputHead = 16 << 20
    /// Most bytes that are kept from the end of a longer one: failures stand there.
    package static let outputTail = 1 << 20

    /// Bytes kept from the start.
    package let headLimit: Int
    /// Bytes kept from the end, beyond the head.
    package let tailLimit: Int

    private struct State {
        var total: UInt64 = 0
        var headSize = 0
        var tail: [UInt8] = []
        var isDamaged = false
    }

    private let state = Mutex(State())
    private let file: OwnedDescriptor

    /// Makes a recording whose head is spooled below `directory`, in memory where that is not possible.
    package init(
        directory: String?, headLimit: Int = outputHead, tailLimit: Int = outputTail
    ) throws(SyscallError) {
        self.headLimit = headLimit
        self.tailLimit = tailLimit
        file = try Self.makeFile(directory)
    }

    private static func makeFile(_ directory: String?) throws(SyscallError) -> OwnedDescriptor {
        if let directory,
            let number = try? Files.open(
                KernelPath(directory), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600
            ).release()
        {
            return OwnedDescriptor(adopting: number)
        }
        return try Files.makeMemoryFile("amber-stream")
    }

    /// Takes bytes that passed.
    package func append(_ bytes: ArraySlice<UInt8>) {
        state.withLock { state in
            state.total += UInt64(bytes.count)
            // After a failed write the file ends wherever that write got to: nothing more belongs behind it.
            let room = state.isDamaged ? 0 : min(headLimit - state.headSize, bytes.count)
            if room > 0 {
                do {
                    try Files.writeAll(file.number, Array(bytes.prefix(room)))
                    state.headSize += room
                } catch {
                    state.isDamaged = true  // The disk is full: the tail in memory is what remains.
                }
            }
            if state.headSize == headLimit || state.isDamaged {
                state.tail += bytes.dropFirst(state.isDamaged ? 0 : room)
                if state.tail.count > tailLimit * 2 { state.tail = Array(state.tail.suffix(tailLimit)) }
            }
        }
    }

    /// Bytes that passed, kept or not.
    package var total: UInt64 { state.withLock { $0.total } }

    /// What was kept: everything, or head, a marker with the true length, and tail.
    package func contents() -> (bytes: [UInt8], isComplete: Bool) {
        state.withLock { state in
            var bytes =
                (try? Files.readRecords(file.number, first: 0, count: state.headSize, as: UInt8.self)) ?? []
            let tail = state.tail.suffix(tailLimit)
            let missing = state.total - UInt64(bytes.count) - UInt64(tail.count)
            bytes += Self.marker(missing: missing, of: state.total)
            return (bytes + tail, missing == 0)
        }
    }

    /// What is kept of an output that is here in full.
    package static func kept(of bytes: [UInt8]) -> [UInt8] {
        guard bytes.count > outputHead else { return bytes }
        let tail = min(bytes.count - outputHead, outputTail)
        let missing = UInt64(bytes.count - outputHead - tail)
        return bytes.prefix(outputHead) + marker(missing: missing, of: UInt64(bytes.count))
            + bytes.suffix(tail)
    }

    /// What stands between head and tail where something is missing.
    package static func marker(missing: UInt64, of total: UInt64) -> [UInt8] {
        missing == 0 ? [] : Array("\n[amber: \(missing) of \(total) bytes are not kept here]\n".utf8)
    }

    /// What is kept of a stretch of the stream.
    package func bytes(in range: Range<UInt64>) -> [UInt8] {
        state.withLock { state in
            let head = UInt64(state.headSize)
            var bytes: [UInt8] = []
            if range.lowerBound < head {
                let count = Int(min(range.upperBound, head) - range.lowerBound)
                bytes = (try? Files.readBytes(file.number, at: range.lowerBound, count: count)) ?? []
            }
            let tailStart = state.total - UInt64(state.tail.count)
            let lower = max(range.lowerBound, tailStart, head)
            let upper = min(range.upperBound, state.total)
            if lower < upper {
                bytes += state.tail[Int(lower - tailStart)..<Int(upper - tailStart)]
            }
            return bytes
        }
    }

    /// The last bytes that passed, at most `count`.
    package func suffix(_ count: Int) -> [UInt8] { Array(contents().bytes.suffix(count)) }
}

import AmberKernel

/// A thread that moves one stream and records what passes.
///
/// Between pipes the bytes are duplicated with tee(2) and moved with splice(2): what was not moved yet is still in the
/// program's pipe, so that the guardian loses nothing when this process dies. Sockets and terminals are read and
/// written.
final class StreamRelay: Sendable {
    private let thread: KernelThread

    /// What a relay works with; descriptors are borrowed.
    struct Route: Sendable {
        var from: Int32
        var to: Int32
        /// Readable when the program has ended: what waits at that moment is moved, then the relay ends; the guardian
        /// carries what others that hold the stream still write.
        var stop: Int32
        var isSpliced: Bool
        /// The way into the program: what it has not taken when it ends is dropped.
        var isInput: Bool
        var recording: StreamRecording
        /// Called on the relay's thread when the stream has ended on either side.
        var onEnd: @Sendable () -> Void
    }

    init(_ name: String, _ route: Route) throws(SyscallError) {
        thread = try KernelThread(name) { Self.run(route) }
    }

    func join() { thread.join() }

    private static func run(_ route: Route) {
        guard let scratch = try? Pipe() else { return route.onEnd() }
        let size = 1 << 16
        /// What is left to move once the program has ended; nil before.
        var left: Int?
        while true {
            var items = [Poll.Item(route.from), Poll.Item(left == nil ? route.stop : -1)]
            let count = Poll.wait(&items, milliseconds: left == nil ? -1 : 0)
            if items[1].isReady { left = Streams.bytesWaiting(route.from) }
            guard items[0].isReady else {
                if left != nil, count == 0 { return }
                continue
            }
            let moved =
                route.isSpliced
                ? splice(route, scratch.readEnd.number, scratch.writeEnd.number, size) : copy(route, size)
            guard let moved else {
                route.onEnd()
                return
            }
            if let rest = left {
                // With nothing left, that was a look for the end of the stream.
                if rest == 0 { return }
                left = max(rest - moved, 0)
            }
        }
    }

    /// Moves some bytes; nil where the stream has ended on either side.
    private static func splice(_ route: Route, _ scratchOut: Int32, _ scratchIn: Int32, _ size: Int) -> Int? {
        let count: Int
        do {
            guard let copied = try Streams.tee(from: route.from, to: scratchIn, count: size) else { return 0 }
            count = copied
        } catch {
            return nil
        }
        if count == 0 { return nil }
        var moved = 0
        while moved < count, let step = move(route, count - moved), step > 0 { moved += step }
        // What was moved is recorded; a copy that stayed behind would make the next tee(2) wait for ever.
        let copies = (try? Files.readSome(scratchOut, limit: count)) ?? []
        route.recording.append(copies.prefix(moved))
        return moved == count ? moved : nil
    }

    /// Moves at most `limit` bytes from pipe to pipe; nil where nobody reads any more (EPIPE): the program must learn
    /// that from its own next write.
    private static func move(_ route: Route, _ limit: Int) -> Int? {
        while true {
            do {
                return try Streams.splice(from: route.from, to: route.to, count: limit)
            } catch {
                // Somebody who shares the pipe has made it non-blocking, for us too.
                guard error.code == Errno.again else { return nil }
                var items = [Poll.Item(route.to, isForWriting: true)]
                _ = Poll.wait(&items)
            }
        }
    }

    private static func copy(_ route: Route, _ size: Int) -> Int? {
        do {
            let bytes = try Files.readSome(route.from, limit: size)
            if bytes.isEmpty { return nil }
            route.recording.append(bytes[...])
            return try write(bytes, route) ? bytes.count : nil
        } catch {
            // A terminal whose foreground is another job's refuses with EIO until this job has it again (tty_ioctl(4)).
            if error.code == Errno.inputOutput, route.isInput, Terminal.isTerminal(route.from),
                !Terminal.isForeground(route.from)
            {
                return Poll.sleep(milliseconds: 100) ? 0 : nil
            }
            return error.code == Errno.again ? 0 : nil
        }
    }

    private static func write(_ bytes: [UInt8], _ route: Route) throws(SyscallError) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            if route.isInput {
                var items = [Poll.Item(route.to, isForWriting: true), Poll.Item(route.stop)]
                _ = Poll.wait(&items)
                if items[1].isReady { return false }
            }
            do {
                rest = rest.dropFirst(try Files.writeSome(route.to, rest))
            } catch  where error.code == Errno.again {
                var items = [Poll.Item(route.to, isForWriting: true)]
                _ = Poll.wait(&items)
            }
        }
        return true
    }
}

import AmberKernel
import AmberModel
import AmberSupervisor

/// What this process's standard streams are, so that the program's can be the same.
struct StreamProbe {
    /// One stream.
    struct Stream {
        var kind: StreamKind
        /// Position of a regular file at the start: what the run adds begins there.
        var start: Int64 = 0
    }

    var streams: [Stream]
    /// Output and error are one open file description.
    var errorFollowsOutput: Bool
    /// The terminal's window, where a stream is a terminal.
    var size: TerminalSize?

    /// Looks at descriptors 0, 1 and 2.
    init() {
        streams = (0..<3).map { Self.probe(Int32($0)) }
        errorFollowsOutput = streams[1].kind != .closed && ThisProcess.isSameFile(1, 2)
        size = (0..<3).lazy.compactMap { Terminal.size(of: Int32($0)) }.first
    }

    /// Puts /dev/null where a stream is closed, so that no file of ours gets its number and our words with it.
    func occupyClosed() {
        for (number, stream) in streams.enumerated() where stream.kind == .closed {
            guard let null = try? Files.open("/dev/null", Files.Flag.readWrite).release() else { return }
            // open(2) gives the lowest free number; another one means that something else is there by now.
            if null != Int32(number) { _ = OwnedDescriptor(adopting: null) }
        }
    }

    private static func probe(_ number: Int32) -> Stream {
        guard Streams.isOpen(number), let status = try? Files.status(of: number) else {
            return Stream(kind: .closed)
        }
        if Terminal.isTerminal(number) {
            let size = Terminal.size(of: number)
            return Stream(kind: .terminal(columns: Int(size?.columns ?? 80), rows: Int(size?.rows ?? 24)))
        }
        let path = ByteString((try? Files.readLink(KernelPath("/proc/self/fd/\(number)"))) ?? [])
        switch FileKind(mode: status.mode) {
        case .fifo: return Stream(kind: .pipe)
        case .socket: return Stream(kind: .socket)
        case .characterDevice: return Stream(kind: path == "/dev/null" ? .null : .device(path: path))
        case .file:
            let position =
                number == 0 ? (try? Files.seek(0, to: 0, whence: 1)) ?? 0 : outputStart(number, status)
            return Stream(kind: .file(path: path), start: position)
        default: return Stream(kind: .device(path: path))
        }
    }

    private static func outputStart(_ number: Int32, _ status: FileStatus) -> Int64 {
        let isAppending = Streams.isAppending(number)
        return isAppending
            ? Int64(clamping: status.sizeInBytes) : (try? Files.seek(number, to: 0, whence: 1)) ?? 0
    }

    /// How the program's streams are connected so that they keep their kind.
    var wirings: [StreamWiring] {
        let hasTerminalOutput = (1..<3).contains { isForegroundTerminal($0) }
        return streams.enumerated().map { number, stream in
            let outer = Int32(number)
            switch stream.kind {
            case .closed: return .closed
            case .pipe: return .pipe(outer: outer)
            case .socket where isTwoWay && (number == 0 || ThisProcess.isSameFile(0, outer)):
                return .passThrough(outer)
            case .socket: return .socket(outer: outer)
            case .terminal where hasTerminalOutput && isForegroundTerminal(number):
                return .terminal(outer: outer)
            default: return .passThrough(outer)
            }
        }
    }

    /// Standard input is a connection that may be written to and asked for its peer, as inetd(8) and socket units give it.
    ///
    /// It is left alone then, and so is what shares it: relayed beside it, words would change places.
    private var isTwoWay: Bool {
        // SOL_SOCKET 1, SO_DOMAIN 39, AF_UNIX 1 (socket(7)).
        guard streams[0].kind == .socket else { return false }
        return Sockets.option(0, level: 1, name: 39) != 1 || ThisProcess.isSameFile(0, 1)
            || ThisProcess.isSameFile(0, 2)
    }

    private func isForegroundTerminal(_ number: Int) -> Bool {
        guard case .terminal = streams[number].kind else { return false }
        return Terminal.isForeground(Int32(number))
    }
}

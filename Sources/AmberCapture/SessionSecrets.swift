import AmberKernel
import AmberTLS
import AmberWire
import Synchronization

/// The file to which the run's programs log the secrets of their TLS sessions, and what makes them do so.
///
/// A real file with a name: it is there for programs that go on when this process has died. It lies in memory where the
/// host has a place for that, and is removed when the run has ended. Everybody who knows its name may write to it (a
/// program of the run may have become another user); only the caller can read it.
final class SessionSecrets: Sendable {
    /// The variable that names the file, as NSS, OpenSSL's users, curl and Python know it.
    private static let variable = Array("SSLKEYLOGFILE=".utf8)
    private static let nodeOptions = Array("NODE_OPTIONS=".utf8)
    /// Most bytes that are read: some 300 for a session.
    private static let limit: UInt64 = 64 << 20
    /// Where a session's lines are looked for right after its handshake.
    private static let recentSize: UInt64 = 64 << 10

    private let file: [UInt8]
    /// Bytes that the file had before the run.
    private let oldSize: UInt64
    /// Where the file is ours; nil where the program was told to log anyway.
    private let directory: [UInt8]?
    private let isRemoved = Mutex(false)
    /// For programs that log nothing.
    private let memory = SessionMemory()

    /// Makes the file, or takes the one that the environment names.
    ///
    /// - Returns: Nil where no directory takes one.
    init?(_ circumstances: Circumstances) {
        if let own = circumstances.variable("SSLKEYLOGFILE"), !own.isEmpty {
            file = PathJoin.absolute(Array(own.utf8), in: circumstances.workingDirectory)
            directory = nil
            oldSize = (try? Files.status(KernelPath(file), following: true))?.sizeInBytes ?? 0
            return
        }
        let name =
            "/amber-\((0..<4).map { _ in String(UInt32.random(in: 0...UInt32.max), radix: 36) }.joined())"
        let places = ["/dev/shm", circumstances.variable("TMPDIR"), "/var/tmp", "/tmp"].compactMap { $0 }
        guard let place = places.first(where: { Self.make(Array(($0 + name).utf8)) }) else { return nil }
        directory = Array((place + name).utf8)
        file = Array((place + name + "/keys").utf8)
        oldSize = 0
    }

    deinit { remove() }

    private static func make(_ directory: [UInt8]) -> Bool {
        do {
            try Files.makeDirectory(KernelPath(directory), mode: 0o711)
            try Files.setMode(KernelPath(directory), 0o711)
            let flags = Files.Flag.writeOnly | Files.Flag.create
            let keys = try Files.open(KernelPath(directory + Array("/keys".utf8)), flags, mode: 0o600)
            try Files.setMode(keys.number, 0o622)
            let preload = try Files.open(
                KernelPath(directory + Array("/preload.cjs".utf8)), flags, mode: 0o644)
            try Files.writeAll(preload.number, Array(nodePreload.utf8))
            try Files.setMode(preload.number, 0o644)
            return true
        } catch {
            try? Files.removeTree(KernelPath(directory))
            return false
        }
    }

    /// Node honours no variable, and its `--tls-keylog` prints a warning: every TLS socket is asked for its secrets.
    private static let nodePreload = """
        'use strict';
        try {
          const { TLSSocket } = require('tls');
          const { appendFileSync } = require('fs');
          const keys = __dirname + '/keys';
          const start = TLSSocket.prototype._start;
          TLSSocket.prototype._start = function _start() {
            try {
              this.on('keylog', (line) => { try { appendFileSync(keys, line); } catch {} });
            } catch {}
            return start.call(this);
          };
        } catch {}

        """

    /// The environment of the command.
    func environment(_ entries: [[UInt8]]) -> [[UInt8]] {
        guard let directory else { return entries }
        var entries = entries.filter { !$0.starts(with: Self.variable) }
        let option = Array("--require=".utf8) + directory + Array("/preload.cjs".utf8)
        if let index = entries.firstIndex(where: { $0.starts(with: Self.nodeOptions) }) {
            entries[index] += [UInt8(ascii: " ")] + option
        } else {
            entries.append(Self.nodeOptions + option)
        }
        return entries + [Self.variable + file]
    }

    /// Tells whether a path is that of a file made here: it is no part of the run.
    func owns(_ path: [UInt8]) -> Bool { directory.map { path.starts(with: $0) } ?? false }

    /// A process has made a session: its memory is looked at where it has not logged the session's secrets.
    var handshakeSeen: Relay.HandshakeSeen {
        { processID, clientRandom in
            if !self.log(last: Self.recentSize).knows(clientRandom) {
                self.memory.look(processID, clientRandom)
            }
        }
    }

    /// What decrypts the run's sessions; the log is removed.
    func collect() -> SessionKeys {
        defer { remove() }
        return SessionKeys(log: log(last: Self.limit), memory: memory)
    }

    /// What the run has logged, as far as it stands in so many bytes at the end.
    private func log(last limit: UInt64) -> KeyLog {
        // A FIFO has a reader of its own, who must lose nothing.
        guard let log = try? Files.open(KernelPath(file), Files.Flag.readOnly | Files.Flag.nonBlocking),
            let status = try? Files.status(of: log.number), status.isRegular, status.sizeInBytes > oldSize
        else { return KeyLog([]) }
        let start = max(oldSize, status.sizeInBytes - min(status.sizeInBytes, limit))
        let bytes = try? Files.readBytes(log.number, at: start, count: Int(status.sizeInBytes - start))
        return KeyLog(bytes ?? [])
    }

    private func remove() {
        let wasRemoved = isRemoved.withLock { isRemoved in
            defer { isRemoved = true }
            return isRemoved
        }
        guard let directory, !wasRemoved else { return }
        guard isInUse(directory) else {
            try? Files.removeTree(KernelPath(directory))
            return
        }
        // A process of the run lives on and would fail to open its log: it finds one that keeps nothing.
        try? Files.remove(KernelPath(file))
        try? Files.makeSymlink(to: "/dev/null", at: KernelPath(file))
    }

    /// Looks for a process that still has the name in its environment.
    private func isInUse(_ directory: [UInt8]) -> Bool {
        guard let processes = try? Files.open("/proc", Files.Flag.readOnly | Files.Flag.directory),
            let names = try? Files.names(of: processes.number)
        else { return true }
        let own = Array("\(ThisProcess.processID)".utf8)
        return names.contains { name in
            guard name != own, name.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return false }
            let path = KernelPath(Array("/proc/".utf8) + name + Array("/environ".utf8))
            let environment = (try? Files.contents(path, limit: 4 << 20)) ?? []
            return environment.split(separator: 0).contains { $0.elementsEqual(Self.variable + file) }
        }
    }
}

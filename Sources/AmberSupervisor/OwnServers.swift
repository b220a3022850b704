import AmberKernel
import AmberModel

/// The addresses on which processes of the run listen: connections between them stay direct.
package struct OwnServers: Sendable {
    private static let limit = 10_000
    private var ports: Set<UInt16> = []
    private var paths: Set<[UInt8]> = []
    /// Processes that left the choice of a port to the kernel.
    private var binders: Set<Int32> = []

    package init() {}

    /// Notes a bind(2).
    package mutating func note(_ call: ObservedCall) {
        guard ports.count + paths.count + binders.count < Self.limit else { return }
        switch SocketAddress(call.address) {
        case .internet(_, let port, _):
            if port == 0 { binders.insert(call.processID) } else { ports.insert(port) }
        case .file(let path): paths.insert(Self.absolute(path, call.base))
        case .abstract(let name): paths.insert([0] + name)
        case nil: break
        }
    }

    /// Forgets a process that has ended.
    package mutating func forget(_ processID: Int32) { binders.remove(processID) }

    /// Tells whether the run itself listens where a call wants to connect or to send to.
    ///
    /// - Parameters:
    ///   - call: A connect or a send.
    ///   - isHere: Tells whether an address that is no loopback address is this machine's own; asked only where the
    ///     port could be the run's.
    /// - Returns: Whether it does.
    package func own(peerOf call: ObservedCall, isHere: ([UInt8]) -> Bool) -> Bool {
        switch SocketAddress(call.address) {
        case nil: return false
        case .internet(_, let port, let isLoopback):
            // Only a connection can meet a listening socket.
            let mayMeet = call.shape.action == .connect && !binders.isEmpty
            guard ports.contains(port) || mayMeet, isLoopback || isHere(call.address) else { return false }
            return ports.contains(port) || mayMeet && binders.contains { Self.isListening($0, port) }
        case .file(let path): return paths.contains(Self.absolute(path, call.base))
        case .abstract(let name): return paths.contains([0] + name)
        }
    }

    private static func absolute(_ path: [UInt8], _ base: [UInt8]) -> [UInt8] {
        guard path.first != UInt8(ascii: "/") else { return path }
        let isHere = path.starts(with: [UInt8(ascii: "."), UInt8(ascii: "/")])
        return base + [UInt8(ascii: "/")] + path.dropFirst(isHere ? 2 : 0)
    }

    /// Tells whether a process holds the socket that listens on a port of its network (proc_pid_net(5)).
    private static func isListening(_ processID: Int32, _ port: UInt16) -> Bool {
        var inodes: Set<[UInt8]> = []
        let suffix = Array(":".utf8) + Array(hexadecimal(port).utf8)
        for table in ["tcp", "tcp6"] {
            let path = KernelPath("/proc/\(processID)/net/\(table)")
            guard let text = try? Files.contents(path, limit: 4 << 20) else { continue }
            for line in text.split(separator: UInt8(ascii: "\n")).dropFirst() {
                let fields = line.split(separator: UInt8(ascii: " "))
                // 0A is TCP_LISTEN; the inode is the tenth field.
                guard fields.count > 9, fields[3].elementsEqual("0A".utf8),
                    fields[1].suffix(5).elementsEqual(suffix)
                else { continue }
                inodes.insert(Array("socket:[".utf8) + Array(fields[9]) + [UInt8(ascii: "]")])
            }
        }
        return !inodes.isEmpty && holds(inodes, processID)
    }

    private static func holds(_ inodes: Set<[UInt8]>, _ processID: Int32) -> Bool {
        let folder = "/proc/\(processID)/fd"
        guard let directory = try? Files.open(KernelPath(folder), Files.Flag.readOnly | Files.Flag.directory),
            let names = try? Files.names(of: directory.number, limit: 65536)
        else { return false }
        return names.contains { name in
            (try? Files.readLink(KernelPath(name), in: directory.number)).map(inodes.contains) ?? false
        }
    }

    private static func hexadecimal(_ port: UInt16) -> String {
        let digits = String(port, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

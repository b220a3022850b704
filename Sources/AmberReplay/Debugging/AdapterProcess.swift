import AmberKernel
import AmberModel

/// A debugger's own adapter, which speaks the Debug Adapter Protocol on its standard streams, behind a port of ours.
enum AdapterProcess {
    /// Listens on 127.0.0.1, gives the first client to the adapter, and returns when that has ended.
    ///
    /// - Parameters:
    ///   - command: argv of the adapter.
    ///   - port: 0 for any.
    ///   - end: Readable when there is nothing left to debug.
    ///   - ready: Told the port.
    /// - Returns: The adapter's status, as a shell would report it; 1 where nobody came.
    /// - Throws: `ReplayError`: the port is taken, the adapter is not installed.
    static func serve(
        _ command: [ByteString], port: UInt16, until end: Int32, ready: (UInt16) throws -> Void
    ) throws -> Int32 {
        let listener = try Sockets.make(domain: Sockets.internet, type: Sockets.stream)
        Sockets.setOption(listener.number, level: 1, name: 2, to: 1)
        do throws(SyscallError) {
            try Sockets.bind(listener.number, to: Sockets.loopback(port: port))
        } catch {
            throw ReplayError(
                .debugger, "port \(port) of 127.0.0.1 cannot be had: \(Errno.text(of: error.code))",
                remedy: "Choose another, or 0 for any.")
        }
        try Sockets.listen(listener.number, backlog: 1)
        try ready(Sockets.port(of: Sockets.localName(of: listener.number) ?? []))
        let interruption = try Interruption()
        while true {
            var items = [Poll.Item(listener.number), Poll.Item(end), interruption.item]
            _ = Poll.wait(&items)
            if items[1].isReady { return 1 }
            if items[2].isReady, let signal = interruption.signal { return 128 + signal }
            if items[0].isReady { break }
        }
        let client = OwnedDescriptor(
            adopting: try Sockets.accept(listener.number, nonBlocking: false).number)
        return try DebuggerProcess.run(
            command, releasing: nil,
            steps: [.duplicate(client.number, to: 0), .duplicate(client.number, to: 1)])
    }
}

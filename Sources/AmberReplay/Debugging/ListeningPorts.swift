import AmberKernel

/// What is listened on in the network namespace of a process (proc_pid_net(5)): found without connecting, because some
/// servers take one connection only.
enum ListeningPorts {
    /// Tells whether somebody listens on a TCP port there.
    static func contain(_ port: UInt16, ofProcess processID: Int32) -> Bool {
        ["tcp", "tcp6"].contains { table in
            let text = (try? Files.contents(KernelPath("/proc/\(processID)/net/\(table)"), limit: 1 << 20))
            return (text ?? []).split(separator: UInt8(ascii: "\n")).dropFirst().contains { line in
                // sl, local address as HEX:PORT, remote address, state: 0A is TCP_LISTEN.
                let fields = line.split(separator: UInt8(ascii: " "))
                guard fields.count > 3, fields[3].elementsEqual("0A".utf8) else { return false }
                return fields[1].suffix(5).elementsEqual((":" + hexadecimal(port)).utf8)
            }
        }
    }

    private static func hexadecimal(_ port: UInt16) -> String {
        let digits = String(port, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

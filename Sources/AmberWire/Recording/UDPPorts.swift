import AmberKernel

/// The UDP ports in use in this network namespace (`/proc/net/udp`, proc_pid_net(5)).
enum UDPPorts {
    static func bound() -> Set<UInt16> {
        var ports: Set<UInt16> = []
        for table in ["/proc/net/udp", "/proc/net/udp6"] {
            guard let text = try? Files.contents(KernelPath(table), limit: 8 << 20) else { continue }
            for line in text.split(separator: UInt8(ascii: "\n")).dropFirst() {
                let fields = line.split(separator: UInt8(ascii: " "))
                guard fields.count > 1, let colon = fields[1].lastIndex(of: UInt8(ascii: ":")),
                    let port = UInt16(String(decoding: fields[1][(colon + 1)...], as: UTF8.self), radix: 16)
                else { continue }
                ports.insert(port)
            }
        }
        return ports
    }
}

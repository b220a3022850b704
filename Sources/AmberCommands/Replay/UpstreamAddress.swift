import AmberModel
import ArgumentParser

/// Where a service listens: `8000`, `10.0.0.5:8000`, `[::1]:8000` or `localhost:8000`.
struct UpstreamAddress: ExpressibleByArgument, Hashable {
    /// An address and a port.
    let text: String

    /// Reads one; other names than `localhost` are refused: what they mean differs from host to host.
    init?(argument: String) {
        let text =
            UInt16(argument) != nil
            ? "127.0.0.1:" + argument : argument.replacing(/^localhost:/, with: "127.0.0.1:")
        guard !text.hasPrefix("unix:"), SocketAddress.kernelForm(of: ByteString(text)) != nil else {
            return nil
        }
        self.text = text
    }
}

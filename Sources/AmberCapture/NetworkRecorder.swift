import AmberKernel
import AmberModel
import AmberSupervisor
import AmberWire
import Synchronization

/// Puts the relay between the run and its peers; every call goes on to the recorder behind it.
///
/// Asked on the listener's thread: nothing here waits. What dials and copies is the relay's own thread.
final class NetworkRecorder: CallHandler {
    private let relay: Relay
    private let recorder: Recorder
    private let next: any CallHandler
    /// Their file is no part of the run.
    private let secrets: SessionSecrets?
    private let servers = Mutex(OwnServers())

    init(_ relay: Relay, recorder: Recorder, next: any CallHandler, secrets: SessionSecrets? = nil) {
        self.relay = relay
        self.recorder = recorder
        self.secrets = secrets
        self.next = next
    }

    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        switch call.shape.action {
        case .connect:
            guard let peer = SocketAddress(call.address), call.isReadable, peer.port != 0,
                !servers.withLock({ $0.own(peerOf: call, isHere: Sockets.isOwn) })
            else { break }
            recorder.note(call)
            relay.connect(request(call, slot, answerer))
            return .held
        case .open where secrets?.owns(call.path) ?? false: return .proceed
        case .bind: servers.withLock { $0.note(call) }
        case .exit: servers.withLock { $0.forget(call.processID) }
        case .send:
            guard let peer = SocketAddress(call.address), peer.port != 0,
                !servers.withLock({ $0.own(peerOf: call, isHere: Sockets.isOwn) })
            else { break }
            recorder.note(call)
            let raw = answerer.rawCall(slot)
            relay.send(request(call, slot, answerer), buffer: (raw.arguments[1], raw.arguments[2]))
            return .held
        case .receive: return receive(call, slot, answerer)
        case .socketName: return name(call)
        default: break
        }
        return next.decide(call, slot: slot, answerer: answerer)
    }

    private func request(_ call: ObservedCall, _ slot: Int, _ answerer: Answerer) -> RelayRequest {
        RelayRequest(
            threadID: call.threadID, processID: call.processID, socket: call.socket, address: call.address,
            path: Self.path(call), payload: call.shape.action == .send ? call.payload : nil, time: call.time,
            held: answerer.hold(slot))
    }

    /// A path that means the same to us; nil where the caller's own does.
    private static func path(_ call: ObservedCall) -> [UInt8]? {
        guard case .file(let path) = SocketAddress(call.address) else { return nil }
        if path.first == UInt8(ascii: "/"), call.root == .own { return nil }
        let origin = path.first == UInt8(ascii: "/") ? "root" : "cwd/"
        return Array("/proc/\(call.threadID)/\(origin)".utf8) + path
    }

    /// The program must see its peer as the sender, not the relay.
    private func receive(_ call: ObservedCall, _ slot: Int, _ answerer: Answerer) -> CallDecision {
        guard !relay.names.hasNoDatagrams else { return .proceed }
        let raw = answerer.rawCall(slot)
        let number = Int32(truncatingIfNeeded: raw.arguments[0])
        guard let socket = try? Sockets.take(number, ofProcess: call.processID),
            let cookie = Sockets.cookie(of: socket.number), relay.names.relaysDatagrams(cookie)
        else { return .proceed }
        let (form, flags): (ReceiveRequest.Form, UInt64) =
            switch call.shape.name {
            case "recvmsg": (.message(raw.arguments[1]), raw.arguments[2])
            case "recvmmsg": (.messages(raw.arguments[1]), raw.arguments[3])
            default:
                (
                    .from(
                        buffer: raw.arguments[1], count: raw.arguments[2], address: raw.arguments[4],
                        length: raw.arguments[5]), raw.arguments[3]
                )
            }
        relay.receive(
            ReceiveRequest(
                threadID: call.threadID, form: form, flags: Int32(truncatingIfNeeded: flags),
                socket: SharedDescriptor(socket), held: answerer.hold(slot)))
        return .held
    }

    /// The real peer's name, or the program's own as that peer sees it (getpeername(2), getsockname(2)).
    private func name(_ call: ObservedCall) -> CallDecision {
        guard !relay.names.isEmpty,
            let socket = try? Sockets.take(call.socket, ofProcess: call.processID),
            let cookie = Sockets.cookie(of: socket.number), let names = relay.names.names(of: cookie)
        else { return .proceed }
        let address = call.shape.name == "getpeername" ? names.peer : names.local
        guard let raw = ProcessMemory.read(call.threadID, call.addressPointers.length, count: 4),
            raw.count == 4
        else { return .proceed }
        let room = raw.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard room < 1 << 31 else { return .proceed }
        let length = UInt32(address.count)
        let lengthBytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        guard
            ProcessMemory.write(
                call.threadID, call.addressPointers.address, Array(address.prefix(Int(min(room, length))))),
            ProcessMemory.write(call.threadID, call.addressPointers.length, lengthBytes)
        else { return .proceed }
        return .value(0)
    }
}

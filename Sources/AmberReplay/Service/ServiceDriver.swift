import AmberHTTP
import AmberKernel
import AmberModel
import AmberSandbox
import Synchronization

/// Speaks with the service in its sandbox, on a thread of its own, while the main thread waits for its end.
final class ServiceDriver: Sendable {
    /// What became of the conversation.
    struct Result: Sendable {
        var answer: RequestClient.Answer?
        /// Which of the script's attempts that answers.
        var attempt = 0
        /// Why no request was sent.
        var problem: String?
        /// The service never listened.
        var isUnready = false
        /// Bytes of output and error before the request.
        var outputStart = 0
        var errorStart = 0
    }

    /// A request that may be the failing one.
    struct Attempt: Sendable {
        var request: [UInt8]
        var isHead: Bool
    }

    /// What is to be said.
    struct Script: Sendable {
        var address: [UInt8]
        var healthRequest: [UInt8]?
        var warmUp: [[UInt8]] = []
        /// Requests of which one is the failing one; the next is sent where the service survives one.
        var attempts: [Attempt]
        /// Nanoseconds to wait until it listens.
        var readyTime: Int64
        /// Nanoseconds to wait for the response.
        var responseTime: Int64
        /// CLOCK_MONOTONIC before which the request is not sent: when the sandbox's clock shows the recorded instant.
        var notBefore: Int64 = 0
        /// The service died in production: wait for that.
        var awaitsEnd: Bool
        /// Leave the service up when the request is answered, and tell where it is.
        var keepsRunning: (@Sendable (String) -> Void)?
    }

    private let script: Script
    private let processID: Int32
    private let result = Mutex(Result())
    private let isGone = Atomic(false)
    private let gone: EventCounter
    /// The driver ended the service.
    private let isEnded = Atomic(false)

    init(_ script: Script, processID: Int32) throws(SyscallError) {
        gone = try EventCounter()
        self.script = script
        self.processID = processID
    }

    /// The program ended by itself, before the driver ended it.
    var serviceEndedItself: Bool { !isEnded.load(ordering: .acquiring) }

    /// The user ends the service.
    func endRequested() { isEnded.store(true, ordering: .releasing) }

    /// Tells that the program has ended.
    func programEnded() {
        isGone.store(true, ordering: .releasing)
        gone.signal()
    }

    /// What was said; to be asked when the thread has been joined.
    var conversation: Result { result.withLock { $0 } }

    /// Speaks, and returns when the service may be ended.
    func run(positions: () -> (Int, Int)) {
        let outcome = speak(positions)
        result.withLock { $0 = outcome }
        if !isGone.load(ordering: .acquiring) { isEnded.store(true, ordering: .releasing) }
    }

    private func speak(_ positions: () -> (Int, Int)) -> Result {
        var result = Result()
        let door: SocketDoor
        do { door = try SocketDoor(into: processID) } catch {
            result.problem = "the sandbox's network cannot be joined: \(error)"
            return result
        }
        guard awaitReady(door) else {
            result.problem =
                isGone.load(ordering: .acquiring)
                ? "the service ended before it listened" : "the service did not listen in time"
            result.isUnready = true
            return result
        }
        for request in script.warmUp { _ = exchange(door, request, isHead: false) }
        let early = (script.notBefore - Clock.monotonic()) / 1_000_000
        if early > 0, !isGone.load(ordering: .acquiring) {
            _ = Poll.sleep(milliseconds: Int32(clamping: early))
        }
        attempt(door, positions, &result)
        if let say = script.keepsRunning { keep(door, result.answer, say) }
        return result
    }

    /// Sends the attempts until one of them breaks the service; where none does, the first one's answer stands.
    private func attempt(_ door: SocketDoor, _ positions: () -> (Int, Int), _ result: inout Result) {
        for (index, attempt) in script.attempts.enumerated() {
            let (outputStart, errorStart) = positions()
            let answer = exchange(door, attempt.request, isHead: attempt.isHead)
            let isBroken = answer.isBroken
            if index == 0 || isBroken {
                result.answer = answer
                result.attempt = index
                (result.outputStart, result.errorStart) = (outputStart, errorStart)
            }
            if isBroken || script.awaitsEnd && script.attempts.count == 1 {
                for _ in 0..<200 where !isGone.load(ordering: .acquiring) { _ = Poll.sleep(milliseconds: 10) }
            }
            settle(positions)
            if isBroken || isGone.load(ordering: .acquiring) { return }
        }
    }

    /// Waits for the program's end, while clients on this host reach it through a port.
    private func keep(_ door: SocketDoor, _ answer: RequestClient.Answer?, _ say: (String) -> Void) {
        guard !isGone.load(ordering: .acquiring),
            let forward = try? PortForward(from: 0, isFixed: false, to: script.address, through: door)
        else { return }
        let status = answer.flatMap { try? HTTPMessage(response: $0.bytes).status }
        say(
            "the request was answered with \(status.map { "status \($0)" } ?? "no response"); "
                + "the service is at http://127.0.0.1:\(forward.port) until ^C")
        while !isGone.load(ordering: .acquiring) {
            var items = [Poll.Item(gone.descriptor.number)]
            _ = Poll.wait(&items)
        }
        forward.end()
    }

    /// Waits until the service has said what it says about the request.
    private func settle(_ positions: () -> (Int, Int)) {
        var before = positions()
        for _ in 0..<10 {
            _ = Poll.sleep(milliseconds: 30)
            let now = positions()
            if now == before { return }
            before = now
        }
    }

    private func awaitReady(_ door: SocketDoor) -> Bool {
        let deadline = Clock.monotonic() + script.readyTime
        while Clock.monotonic() < deadline, !isGone.load(ordering: .acquiring) {
            if let request = script.healthRequest {
                let answer = exchange(door, request, isHead: false)
                if let message = try? HTTPMessage(response: answer.bytes),
                    (200..<300).contains(message.status)
                {
                    return true
                }
            } else if let socket = connect(door) {
                _ = socket
                return true
            }
            _ = Poll.sleep(milliseconds: 10)
        }
        return false
    }

    private func connect(_ door: SocketDoor) -> OwnedDescriptor? {
        guard let socket = try? door.socket(domain: Int32(script.address[0]), type: Sockets.stream),
            Sockets.connect(socket.number, to: script.address) == 0
        else { return nil }
        return socket
    }

    private func exchange(_ door: SocketDoor, _ request: [UInt8], isHead: Bool) -> RequestClient.Answer {
        guard let socket = connect(door) else {
            var answer = RequestClient.Answer()
            answer.ending = .refused
            return answer
        }
        var client = RequestClient(
            socket: socket.number, isHead: isHead, deadline: Clock.monotonic() + script.responseTime)
        return client.run(request)
    }
}

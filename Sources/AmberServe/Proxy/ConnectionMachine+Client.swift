import AmberHTTP
import AmberModel
import NIOCore

extension ConnectionMachine {
    mutating func takeClientBytes(_ bytes: inout ByteBuffer, _ actions: inout [ConnectionAction]) {
        if case .over = request { return }
        if inbox.readableBytes == 0 { inbox = bytes } else { inbox.writeBuffer(&bytes) }
        advance(&actions)
    }

    /// Works through what came from the client, as far as the service's answers allow.
    mutating func advance(_ actions: inout [ConnectionAction]) {
        while true {
            switch request {
            case .head(var scanner):
                guard response.isNone, inbox.readableBytes > 0 else { return settle(&actions) }
                skipEmptyLines()
                do throws(HTTPFault) {
                    guard let length = try scanner.end(in: inbox.readableBytesUInt8Span) else {
                        request = .head(scanner)
                        return settle(&actions)
                    }
                    try begin(length, &actions)
                } catch {
                    return refuse(error, &actions)
                }
            case .body(var framer):
                guard inbox.readableBytes > 0 else { return settle(&actions) }
                do throws(HTTPFault) {
                    let count = try framer.take(inbox.readableBytesUInt8Span)
                    request = framer.isEnded ? .sent : .body(framer)
                    forward(count, &actions)
                } catch {
                    // Half of the request is with the service: only closing tells it that the rest will not come.
                    finish(.clientLeft, &actions)
                    return refuse(error, &actions)
                }
                if framer.isEnded { completeRequest(&actions) }
            case .tunnel:
                guard inbox.readableBytes > 0 else { return settle(&actions) }
                forward(inbox.readableBytes, &actions)
            case .sent: return settle(&actions)
            case .over: return
            }
        }
    }

    /// RFC 9112 section 2.2: an empty line before a request is ignored.
    private mutating func skipEmptyLines() {
        while inbox.readableBytes >= 2, inbox.getInteger(at: inbox.readerIndex, as: UInt16.self) == 0x0D0A {
            inbox.moveReaderIndex(forwardBy: 2)
        }
    }

    private mutating func begin(_ length: Int, _ actions: inout [ConnectionAction]) throws(HTTPFault) {
        if Self.isSecondVersion(inbox.readableBytesUInt8Span), current == nil {
            // HTTP/2 without TLS: what follows is frames, which pass as they are.
            request = .tunnel
            response = .tunnel
            return
        }
        let head = try RequestHead(inbox.readableBytesUInt8Span.extracting(0..<length))
        current = head
        response = .head(HeadScanner())
        responseCloses = false
        hasResponseBytes = false
        repeatable = ByteBuffer()
        let framer = BodyFramer(head.framing)
        request = framer.isEnded ? .sent : .body(framer)
        if let bytes = inbox.getSlice(at: inbox.readerIndex, length: length) {
            let summary = RequestSummary(method: head.method, target: head.target, isHead: head.isHead)
            actions.append(.record(.begin(bytes, summary)))
        }
        if case .open(let count) = upstream { upstream = .open(count + 1) }
        send(length, &actions)
        if framer.isEnded { completeRequest(&actions) }
    }

    /// `PRI * HTTP/2.0`, the connection preface (RFC 9113 section 3.4).
    private static func isSecondVersion(_ bytes: Span<UInt8>) -> Bool {
        let preface: StaticString = "PRI * HTTP/2.0\r\n\r\n"
        guard bytes.count >= preface.utf8CodeUnitCount else { return false }
        return preface.withUTF8Buffer { wanted in
            for index in 0..<wanted.count where unsafe wanted[index] != bytes[index] { return false }
            return true
        }
    }

    private mutating func forward(_ count: Int, _ actions: inout [ConnectionAction]) {
        guard count > 0 else { return }
        if let bytes = inbox.getSlice(at: inbox.readerIndex, length: count) {
            actions.append(.record(.request(bytes)))
        }
        send(count, &actions)
    }

    private mutating func send(_ count: Int, _ actions: inout [ConnectionAction]) {
        guard var bytes = inbox.readSlice(length: count) else { return }
        if inbox.readableBytes == 0 { inbox = ByteBuffer() }
        if var kept = repeatable {
            repeatable = nil
            if kept.readableBytes + count <= Self.mostRepeated {
                var copy = bytes
                kept.writeBuffer(&copy)
                repeatable = kept
            }
        }
        switch upstream {
        case .open: actions.append(.sendUpstream(bytes))
        case .connecting: outbox.writeBuffer(&bytes)
        case .none:
            outbox.writeBuffer(&bytes)
            upstream = .connecting
            actions.append(.connect)
        }
    }

    /// The last byte of the request is on its way.
    private mutating func completeRequest(_ actions: inout [ConnectionAction]) {
        guard case .early = response else { return }
        completeExchange(&actions)
    }

    /// What a client's end means once everything it sent is looked at.
    private mutating func settle(_ actions: inout [ConnectionAction]) {
        guard hasClientEnded else { return }
        switch request {
        case .head:
            // Nothing more is asked, or half of a head, which nobody will complete.
            guard response.isNone else { return }
            request = .over
            actions.append(.closeUpstream)
            actions.append(.closeClient)
        case .body:
            finish(.clientLeft, &actions)
            request = .over
            actions.append(.closeUpstream)
            actions.append(.closeClient)
        case .sent:
            guard inbox.readableBytes == 0 else { return }
            endUpstream(&actions)
        case .tunnel: endUpstream(&actions)
        case .over: break
        }
    }

    private mutating func endUpstream(_ actions: inout [ConnectionAction]) {
        guard case .open = upstream, !hasEndedUpstream else { return }
        hasEndedUpstream = true
        actions.append(.endUpstream)
    }

    mutating func takeClientEnd(_ actions: inout [ConnectionAction]) {
        hasClientEnded = true
        if case .over = request { return actions.append(.closeClient) }
        advance(&actions)
    }

    mutating func takeClientLoss(_ actions: inout [ConnectionAction]) {
        finish(.clientLeft, &actions)
        request = .over
        upstream = .none
        actions.append(.closeUpstream)
    }

    mutating func takeReady(_ actions: inout [ConnectionAction]) {
        upstream = .open(1)
        hasEndedUpstream = false
        if outbox.readableBytes > 0 {
            actions.append(.sendUpstream(outbox))
            outbox = ByteBuffer()
        }
        advance(&actions)
    }
}

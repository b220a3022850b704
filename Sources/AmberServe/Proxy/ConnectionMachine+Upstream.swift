import AmberHTTP
import AmberModel
import NIOCore

extension ConnectionMachine {
    mutating func takeUpstreamBytes(_ bytes: inout ByteBuffer, _ actions: inout [ConnectionAction]) {
        while bytes.readableBytes > 0 {
            switch response {
            case .none, .early:
                // Nobody asked: an error message for an idle connection, or a second answer. It cannot be used again.
                bytes.clear()
                upstream = .none
                actions.append(.closeUpstream)
            case .tunnel:
                pass(&bytes, bytes.readableBytes, &actions)
            case .head(let scanner):
                do throws(HTTPFault) {
                    try takeHead(scanner, &bytes, &actions)
                } catch {
                    failUpstream(.malformed, &actions)
                    return
                }
            case .body(var framer):
                do throws(HTTPFault) {
                    let count = try framer.take(bytes.readableBytesUInt8Span)
                    response = .body(framer)
                    pass(&bytes, count, &actions)
                } catch {
                    failUpstream(.malformed, &actions)
                    return
                }
                if framer.isEnded { completeResponse(&actions) }
            }
        }
    }

    private mutating func pass(
        _ bytes: inout ByteBuffer, _ count: Int, _ actions: inout [ConnectionAction]
    ) {
        guard let slice = bytes.readSlice(length: count), count > 0 else { return }
        hasResponseBytes = true
        actions.append(.record(.response(slice)))
        actions.append(.sendClient(slice))
    }

    private mutating func takeHead(
        _ scanner: HeadScanner, _ bytes: inout ByteBuffer, _ actions: inout [ConnectionAction]
    ) throws(HTTPFault) {
        var scanner = scanner
        if responseInbox.readableBytes == 0 {
            responseInbox = bytes
        } else {
            responseInbox.writeBuffer(&bytes)
        }
        bytes.clear()
        guard let length = try scanner.end(in: responseInbox.readableBytesUInt8Span) else {
            response = .head(scanner)
            return
        }
        let head = try ResponseHead(
            responseInbox.readableBytesUInt8Span.extracting(0..<length),
            isAnswerToHead: current?.isHead ?? false,
            isAnswerToConnect: current?.isConnect ?? false)
        repeatable = nil
        bytes = responseInbox
        responseInbox = ByteBuffer()
        if head.isInterim {
            let hadBytes = hasResponseBytes
            pass(&bytes, length, &actions)
            // After an interim response an error can still be said.
            hasResponseBytes = hadBytes
            response = .head(HeadScanner())
            return
        }
        actions.append(.record(.status(head.status)))
        pass(&bytes, length, &actions)
        if head.status == 101 || (current?.isConnect == true && head.status < 300) {
            request = .tunnel
            response = .tunnel
            advance(&actions)
            return
        }
        responseCloses = head.closes
        let framer = BodyFramer(head.framing)
        response = .body(framer)
        if framer.isEnded { completeResponse(&actions) }
    }

    private mutating func completeResponse(_ actions: inout [ConnectionAction]) {
        if case .body = request, !responseCloses {
            response = .early
            return
        }
        completeExchange(&actions)
    }

    mutating func completeExchange(_ actions: inout [ConnectionAction]) {
        let isUnsent: Bool
        if case .sent = request { isUnsent = false } else { isUnsent = true }
        let closes = responseCloses || current?.closes ?? true || isDraining || isUnsent
        finish(.complete, &actions)
        if responseCloses || isUnsent {
            upstream = .none
            actions.append(.closeUpstream)
        }
        guard !closes else {
            upstream = .none
            actions.append(.closeUpstream)
            actions.append(.closeClient)
            request = .over
            return
        }
        request = .head(HeadScanner())
        advance(&actions)
    }

    mutating func takeUpstreamEnd(_ ending: ExchangeEnding, _ actions: inout [ConnectionAction]) {
        let wasUsed: Bool
        if case .open(let count) = upstream { wasUsed = count > 1 } else { wasUsed = false }
        switch response {
        case .none:
            upstream = .none
            actions.append(.closeUpstream)
        case .early:
            upstream = .none
            completeExchange(&actions)
        case .tunnel:
            if hasClientEnded || hasEndedUpstream || ending == .serviceReset {
                upstream = .none
                finish(ending == .serviceReset ? .serviceReset : .complete, &actions)
                request = .over
                actions.append(.closeUpstream)
                actions.append(.closeClient)
            } else {
                actions.append(.endClient)
            }
        case .body(let framer) where framer.endsWithConnection && ending == .serviceClosed:
            completeExchange(&actions)
        case .head:
            // An idle connection that the service closed just when a request was on its way.
            if wasUsed, let bytes = repeatable, responseInbox.readableBytes == 0, !hasResponseBytes {
                actions.append(.closeUpstream)
                outbox = bytes
                repeatable = nil
                upstream = .connecting
                actions.append(.connect)
            } else {
                failUpstream(ending, &actions)
            }
        case .body: failUpstream(ending, &actions)
        }
    }
}

import AmberHTTP
import AmberModel
import NIOCore

extension ConnectionMachine {
    mutating func takeUpstreamBytes(_ bytes: inout ByteBuffer, _ actions: inout [ConnectionAction]) {
        while bytes.readableBytes > 0 {
            switch response {
            case .none:
                // Nobody asked: an error message for an idle connection. It cannot be used again.
                bytes.clear()
                upstream = .none
                actions.append(.closeUpstream)
            case .early:
                // A second answer. What the client still sends is the rest of its request: no other connection may get
                // it, where it would be read as a request of its own.
                bytes.clear()
                upstream = .none
                completeExchange(&actions)
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

    /// Passes a head on, but for what the service says to Amber alone, and for the end of a connection that is not the
    /// client's.
    private mutating func passHead(
        _ bytes: inout ByteBuffer, _ length: Int, keepsClient: Bool, _ actions: inout [ConnectionAction]
    ) {
        let whole = bytes
        let head = whole.readableBytesUInt8Span.extracting(0..<length)
        let failure = HeadLine.find("x-amber-failure", in: head)
        let connection = keepsClient ? HeadLine.find("connection", in: head) : nil
        guard failure != nil || connection != nil, let slice = bytes.readSlice(length: length) else {
            return pass(&bytes, length, &actions)
        }
        hasResponseBytes = true
        actions.append(.record(.response(slice)))
        let start = slice.readerIndex
        if let failure,
            let value = slice.getString(at: start + failure.value.lowerBound, length: failure.value.count)
        {
            actions.append(.record(.failure(value)))
        }
        var place = 0
        for cut in [failure?.line, connection?.line].compactMap({ $0 }).sorted(by: {
            $0.lowerBound < $1.lowerBound
        }) + [
            length..<length
        ] {
            if cut.lowerBound > place,
                let piece = slice.getSlice(at: start + place, length: cut.lowerBound - place)
            {
                actions.append(.sendClient(piece))
            }
            place = cut.upperBound
        }
    }

    /// The service closes its connection, and the client's may go on: a proxy's business on either side (RFC 9110 section
    /// 7.6.1).
    private func keepsClient(_ head: ResponseHead, _ bytes: Span<UInt8>) -> Bool {
        // Where the client's connection ends too, it is told.
        guard case .sent = request, !isDraining else { return false }
        guard head.closes, head.mayKeepClient, let current, !current.closes, !current.isVersion10,
            let connection = HeadLine.find("connection", in: bytes)
        else { return false }
        return HeadLine.isText(connection.value, "close", in: bytes)
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
        keepsClientOpen = keepsClient(head, bytes.readableBytesUInt8Span.extracting(0..<length))
        passHead(&bytes, length, keepsClient: keepsClientOpen, &actions)
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
        let closes = responseCloses && !keepsClientOpen || current?.closes ?? true || isDraining || isUnsent
        finish(.complete, &actions)
        if responseCloses || closes {
            upstream = .none
            actions.append(.closeUpstream)
        }
        guard !closes else {
            actions.append(.closeClient)
            request = .over
            return
        }
        request = .head(HeadScanner())
        advance(&actions)
    }

    mutating func takeUpstreamEnd(
        _ ending: ExchangeEnding, wasUnread: Bool = false, _ actions: inout [ConnectionAction]
    ) {
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
            // An idle connection that the service closed just when a request was on its way. A request that it had read
            // may have been its end, and is not sent to another worker.
            let mayRepeat = wasUnread || ending == .serviceReset && current?.isIdempotent ?? false
            if wasUsed, mayRepeat, let bytes = repeatable, responseInbox.readableBytes == 0, !hasResponseBytes
            {
                actions.append(.closeUpstream)
                outbox = bytes
                repeatable = nil
                upstream = .connecting
                actions.append(.connect)
            } else {
                failUpstream(blamed(ending), &actions)
            }
        case .body: failUpstream(blamed(ending), &actions)
        }
    }

    /// Whose doing a missing answer is: a service that is told that its client has ended may well stop.
    private func blamed(_ ending: ExchangeEnding) -> ExchangeEnding {
        ending == .serviceClosed && hasEndedUpstream ? .clientLeft : ending
    }
}

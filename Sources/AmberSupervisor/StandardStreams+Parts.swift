import AmberKernel

extension StandardStreams {
    /// What is gathered while the streams are opened.
    struct Parts {
        /// One direction of one stream.
        struct Link: Sendable {
            var from: Int32
            var to: Int32
            var inside: Int32 = -1
            var isInput = false
            var isFed = false
            var isSpliced = false
            var isGuarded = true
            var closesAtEnd = true
            var recording: StreamRecording
        }

        let spool: String?
        var recordings: [StreamRecording?] = []
        var childSteps: [ChildStep] = []
        var links: [Link] = []
        var owned: [Int32] = []
        var childEnds: [Int32] = []
        var primary: Int32 = -1
        var secondary: Int32 = -1
        var outerTerminal: Int32 = -1

        init(spool: String?) { self.spool = spool }

        /// Tells whether descriptor 1 of the program is one that we made.
        var relaysOutput: Bool { recordings.count > 1 && recordings[1] != nil }

        mutating func add(_ wiring: StreamWiring, number: Int32) throws(SyscallError) {
            switch wiring {
            case .passThrough(let given):
                childSteps.append(.duplicate(given, to: number))
                recordings.append(nil)
            case .closed:
                childSteps.append(.close(number))
                recordings.append(nil)
            case .pipe(let outer): try addPair(Pipe(), outer: outer, number: number, isSpliced: number != 0)
            case .copiedPipe(let outer): try addPair(Pipe(), outer: outer, number: number, isSpliced: false)
            case .socket(let outer):
                try addPair(Pipe(sockets: ()), outer: outer, number: number, isSpliced: false)
            case .terminal(let outer): try addTerminal(outer, number: number)
            case .bytes(let bytes): try addBytes(bytes, number: number)
            }
        }

        private mutating func addPair(
            _ pair: consuming Pipe, outer: Int32, number: Int32, isSpliced: Bool
        ) throws(SyscallError) {
            let (readEnd, writeEnd) = pair.takeBoth()
            let recording = try StreamRecording(
                directory: spool, headLimit: number == 0 ? 64 << 20 : 16 << 20,
                tailLimit: number == 0 ? 0 : 1 << 20)
            recordings.append(recording)
            if number == 0 {
                // The program's end stays open here too: only it can tell how much the program has not read yet.
                owned += [readEnd, writeEnd]
                Streams.setNonBlocking(writeEnd, true)
                childSteps.append(.duplicate(readEnd, to: 0))
                links.append(
                    Link(
                        from: outer, to: writeEnd, inside: readEnd, isInput: true, isFed: true,
                        recording: recording))
            } else {
                owned.append(readEnd)
                childEnds.append(writeEnd)
                childSteps.append(.duplicate(writeEnd, to: number))
                links.append(Link(from: readEnd, to: outer, isSpliced: isSpliced, recording: recording))
            }
        }

        private mutating func addTerminal(_ outer: Int32, number: Int32) throws(SyscallError) {
            let isFirst = primary < 0
            if isFirst {
                let pair = try Terminal.openPair()
                primary = pair.primary
                secondary = pair.secondary
                owned.append(primary)
                childEnds.append(secondary)
            }
            childSteps.append(.duplicate(secondary, to: number))
            guard number == 0 || !links.contains(where: { $0.from == primary }) else {
                recordings.append(nil)
                return
            }
            let recording = try StreamRecording(directory: spool)
            recordings.append(recording)
            if number == 0 {
                outerTerminal = outer
                links.append(
                    Link(from: outer, to: primary, isInput: true, closesAtEnd: false, recording: recording))
            } else {
                links.append(Link(from: primary, to: outer, closesAtEnd: false, recording: recording))
            }
        }

        private mutating func addBytes(_ bytes: [UInt8], number: Int32) throws(SyscallError) {
            // A file in memory behind a pipe: the relay moves it at the program's own pace.
            let source = try Files.makeMemoryFile("amber-stdin")
            try Files.writeAll(source.number, bytes)
            try Files.seek(source.number, to: 0)
            let sourceNumber = source.release()
            let (readEnd, writeEnd) = try Pipe().takeBoth()
            owned += [sourceNumber, writeEnd]
            Streams.setNonBlocking(writeEnd, true)
            childEnds.append(readEnd)
            childSteps.append(.duplicate(readEnd, to: number))
            let recording = try StreamRecording(directory: spool)
            recordings.append(recording)
            links.append(
                Link(from: sourceNumber, to: writeEnd, isInput: true, isGuarded: false, recording: recording))
        }
    }
}

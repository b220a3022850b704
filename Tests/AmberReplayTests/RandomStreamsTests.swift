import AmberModel
import Testing

@testable import AmberReplay

struct RandomStreamsTests {
    private let key = RandomStreams.Key(process: "1", program: 1)

    private func record(
        _ bytes: [UInt8], thread: Int = 0, program: Int = 1, _ source: RandomRecord.Source = .getrandom
    ) -> RandomRecord {
        RandomRecord(
            process: "1", program: program, thread: thread, source: source, sizeInBytes: bytes.count,
            bytes: Base64.encode(bytes))
    }

    @Test func `each thread gets its own bytes, whichever asks first`() {
        var streams = RandomStreams(
            [record([1], thread: 0), record([2], thread: 1), record([3], thread: 0)], seed: "")
        #expect(streams.draw(1, key, thread: 1).bytes == [2])
        #expect(streams.draw(1, key, thread: 0).bytes == [1])
        #expect(streams.draw(1, key, thread: 0).bytes == [3])
    }

    @Test func `where threads do not count, the order of the program does`() {
        var streams = RandomStreams(
            [record([1], thread: 0), record([2], thread: 1), record([3], thread: 0)], seed: "")
        #expect((0..<3).map { _ in streams.draw(1, key, thread: nil).bytes } == [[1], [2], [3]])
    }

    @Test func `a thread that has none left takes the program's next`() {
        var streams = RandomStreams([record([1], thread: 0), record([2], thread: 1)], seed: "")
        #expect(streams.draw(1, key, thread: 0).bytes == [1])
        #expect(streams.draw(1, key, thread: 0).bytes == [2])
    }

    @Test func `another length is looked for further on`() {
        var streams = RandomStreams([record([1, 1]), record([2])], seed: "")
        #expect(streams.draw(1, key, thread: 0).bytes == [2])
        #expect(streams.draw(2, key, thread: 0).bytes == [1, 1])
    }

    @Test func `sources and programs are apart`() {
        var streams = RandomStreams(
            [
                record([1], .device), record([2]), record([3], program: 2),
                record([UInt8](repeating: 7, count: 16), .startup),
            ],
            seed: "")
        #expect(streams.draw(1, key, thread: 0, .getrandom).bytes == [2])
        #expect(streams.draw(1, key, thread: 0, .device).bytes == [1])
        #expect(streams.draw(1, RandomStreams.Key(process: "1", program: 2), thread: 0).bytes == [3])
        #expect(streams.startup(key) == [UInt8](repeating: 7, count: 16))
    }

    @Test func `beyond the recording bytes are the same for the same bundle, and counted`() {
        var first = RandomStreams([], seed: "bundle")
        var second = RandomStreams([], seed: "bundle")
        var other = RandomStreams([], seed: "another")
        let draw = first.draw(32, key, thread: 0)
        #expect(!draw.isRecorded && draw.bytes.count == 32)
        #expect(second.draw(32, key, thread: 0) == draw)
        #expect(other.draw(32, key, thread: 0) != draw)
        #expect(first.draw(32, key, thread: 0) != draw)
        #expect(first.unrecorded == ["1": 64])
    }

    @Test func `lengths that lie do no harm`() {
        var streams = RandomStreams(
            [
                RandomRecord(
                    process: "1", program: 1, thread: 0, source: .getrandom, sizeInBytes: 4, bytes: "AAAA"),
                RandomRecord(
                    process: "1", program: 1, thread: 0, source: .getrandom, sizeInBytes: -1, bytes: "AAAA"),
                RandomRecord(
                    process: "1", program: 1, thread: -5, source: .startup, sizeInBytes: 3, bytes: "AAAA"),
                RandomRecord(
                    process: "1", program: 1, thread: 0, source: .getrandom, sizeInBytes: 2, bytes: "no"),
            ], seed: "")
        #expect(streams.draw(4, key, thread: 0).bytes.count == 4)
        #expect(streams.draw(2, key, thread: 0).bytes.count == 2)
        #expect(streams.startup(key).count == 16)
    }
}

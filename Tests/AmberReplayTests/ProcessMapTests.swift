import Testing

@testable import AmberReplay

struct ProcessMapTests {
    private let tree: [RecordedWorld.Process] = [
        .init(ordinal: "1", processID: 100), .init(ordinal: "1.2", processID: 107),
        .init(ordinal: "1.1", processID: 104), .init(ordinal: "1.1.1", processID: 110),
    ]

    @Test func `a recorded pid names its process`() {
        var map = ProcessMap(tree)
        #expect(map.identify(9000, inner: 100, parent: nil) == "1")
        #expect(map.identify(9002, inner: 107, parent: "1") == "1.2")
        #expect(map.identify(9001, inner: 104, parent: "1") == "1.1")
        #expect(map[9001] == "1.1")
    }

    @Test func `pids are asked for ahead, once each, in ascending order`() {
        var map = ProcessMap(tree)
        _ = map.identify(9000, inner: 100, parent: nil)
        #expect(map.takeNext() == 104)
        #expect(map.takeNext() == nil)
        _ = map.identify(9001, inner: 104, parent: "1")
        #expect(map.takeNext() == 107)
        _ = map.identify(9003, inner: 110, parent: "1.1")
        #expect(map.takeNext() == nil)
    }

    @Test func `a pid that came by chance, before its earlier siblings are there, names nobody`() {
        var map = ProcessMap(tree)
        _ = map.identify(9000, inner: 100, parent: nil)
        #expect(map.identify(9001, inner: 107, parent: "1") { _ in false } == "1.1")
        #expect(map.identify(9002, inner: 108, parent: "1") { _ in false } == "1.2")
    }

    @Test func `without recorded pids the order of appearance counts`() {
        var map = ProcessMap(tree)
        #expect(map.identify(5, inner: 1, parent: nil) == "1")
        #expect(map.identify(6, inner: 2, parent: "1") == "1.1")
        #expect(map.identify(7, inner: 3, parent: "1") == "1.2")
        #expect(map.identify(8, inner: 4, parent: "1") == "1.+1")
    }

    @Test func `an orphan is not the first process`() {
        var map = ProcessMap(tree)
        #expect(map.identify(5, inner: 100, parent: nil) == "1")
        #expect(map.identify(6, inner: 110, parent: nil) == "1.1.1")
    }
}

import AmberKernel
import AmberModel
import AmberTestSupport
import Synchronization
import Testing

@testable import AmberBundle

struct LocalStoreTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func old(_ path: String) throws -> FileStatus {
        try Files.setModificationTime(KernelPath(path), to: 1_600_000_000_000_000_000)
        return try Files.status(KernelPath(path))
    }

    @Test func `a digest is remembered across processes until the file changes`() throws {
        let path = try scratch.write("file", [1, 2, 3])
        let status = try old(path)
        let later = status.changedAt + 10_000_000_000
        let digest = ContentHasher.digest(of: [1, 2, 3])
        let first = DigestCache(path: scratch("digests"))
        first.insert(digest, for: status, now: later)
        first.save()
        let second = DigestCache(path: scratch("digests"))
        #expect(second.lookUp(status) == digest)
        try scratch.write("file", [4, 5, 6])
        #expect(second.lookUp(try Files.status(KernelPath(path))) == nil)
    }

    @Test func `a file that changed a moment ago is not remembered`() throws {
        let status = try Files.status(KernelPath(try scratch.write("file", [1])))
        let cache = DigestCache(path: scratch("digests"))
        cache.insert(ContentHasher.digest(of: [1]), for: status)
        #expect(cache.lookUp(status) == nil)
    }

    @Test func `a damaged file of digests loses only what was damaged`() throws {
        var statuses: [FileStatus] = []
        let cache = DigestCache(path: scratch("digests"))
        for index in 0..<10 {
            let status = try old(try scratch.write("f\(index)", [UInt8(index)]))
            cache.insert(
                ContentHasher.digest(of: [UInt8(index)]), for: status, now: status.changedAt + 10_000_000_000)
            statuses.append(status)
        }
        cache.save()
        var bytes = try scratch.read("digests")
        bytes[80 * 4 + 50] ^= 0xFF
        try scratch.write("digests", bytes + [1, 2, 3])
        let reread = DigestCache(path: scratch("digests"))
        let known = statuses.map { reread.lookUp($0) }
        #expect(known.filter { $0 != nil }.count == 9)
        #expect(known[4] == nil)
        // What is appended afterwards is found again.
        reread.insert(
            ContentHasher.digest(of: [4]), for: statuses[4], now: statuses[4].changedAt + 10_000_000_000)
        reread.save()
        #expect(DigestCache(path: scratch("digests")).lookUp(statuses[4]) == ContentHasher.digest(of: [4]))
    }

    @Test func `many writers at once make the same layer and a sound store`() async throws {
        let entries = (0..<20).map {
            Sample.file(ByteString("/f\($0)"), String(repeating: "line \($0)\n", count: 2000))
        }
        let scratch = scratch
        try await withThrowingTaskGroup(of: Digest.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let store = try LocalStore(directory: scratch("store"))
                    let path = scratch("\(index).amber")
                    let sealed = try Sample.seal(at: path, [.app: entries], store: store)
                    let reader = try BundleReader(path: path)
                    #expect(reader.verify().isSound)
                    let cached = try LayerCache(store).layer(try #require(reader.layer(.app)), of: reader)
                    #expect(try Files.status(KernelPath(cached.path + "/f7")).isRegular)
                    return sealed.manifestDigest
                }
            }
            var digests: Set<Digest> = []
            for try await digest in group { digests.insert(digest) }
            #expect(digests.count == 1)
        }
        #expect(try scratch.names("store/layers").count == 1)
        #expect(try scratch.names("store/blobs/sha256").count == 2)
    }

    @Test func `pruning removes what was used longest ago and spares what is in use`() throws {
        let store = try LocalStore(directory: scratch("store"))
        let noise = Sample.noise(100_000)
        var digests: [Digest] = []
        for index in 0..<3 {
            let entry = LayerEntry(
                path: ByteString("/n\(index)"), metadata: Sample.metadata(size: noise.count),
                content: .bytes(noise))
            var writer = try BundleWriter(destination: scratch("x.amber"), store: store)
            let summary = try #require(try writer.addLayer(.app, [entry]))
            digests.append(summary.digest)
            try Files.setModificationTime(
                KernelPath(store.path(of: summary.digest)), to: 1_600_000_000_000_000_000 + Int64(index))
        }
        store.prune(to: 250_000)
        #expect(store.usage().blobCount == 2)
        #expect((try? Files.status(KernelPath(store.path(of: digests[0])))) == nil)
        #expect(try scratch.names("store/recipes").count == 2)
    }

    @Test func `a layer in use is not pruned`() throws {
        let store = try LocalStore(directory: scratch("store"))
        _ = try Sample.seal(at: scratch("x.amber"), [.app: [Sample.file("/a", "text")]])
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try #require(reader.layer(.app))
        do {
            let cached = try LayerCache(store).layer(layer, of: reader)
            store.prune(to: 0)
            #expect(try Files.status(KernelPath(cached.path + "/a")).isRegular)
        }
        #expect(store.usage().layerCount == 1)
        store.prune(to: 0)
        #expect(store.usage().layerCount == 0)
        #expect(try scratch.names("store/layers") == [])
    }

    @Test func `what was made from a record costs and goes with its layer`() throws {
        let store = try LocalStore(directory: scratch("store"))
        _ = try Sample.seal(at: scratch("x.amber"), [.app: [Sample.file("/a", "text")]])
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try #require(reader.layer(.record))
        let name = layer.digest.hexadecimal
        _ = try scratch.directory("store/placeholders/\(name)/etc")
        _ = try scratch.directory("store/placeholders/\(name)+directories")
        try scratch.write("store/placeholders/\(name).denied", [])
        do {
            let kept = try LayerCache(store).layer(layer, of: reader)
            let before = store.usage().layerBytes
            store.note(entries: 1000, ofTree: name)
            #expect(store.usage().layerBytes == before + 1_024_000)
            store.prune(to: 0)
            #expect(try scratch.names("store/placeholders").count == 4)
            #expect(try Files.status(KernelPath(kept.path)).isDirectory)
        }
        store.prune(to: 0)
        #expect(try scratch.names("store/placeholders") == [])
        #expect(try scratch.names("store/layers") == [])
    }

    @Test func `rooms of killed replays and trees without a record are removed, those in use are not`() throws
    {
        let store = try LocalStore(directory: scratch("store"))
        _ = try scratch.directory("store/placeholders/orphan/etc")
        _ = try scratch.directory("store/replays/1-left/storage/upper")
        let used = try scratch.directory("store/replays/1-used")
        let lock = try Files.open(KernelPath(used), Files.Flag.readOnly | Files.Flag.directory)
        try Files.lock(lock.number, isShared: true)
        store.prune()
        #expect(try scratch.names("store/replays") == ["1-left", "1-used"], "both are young")
        store.removeAbandoned(before: DigestCache.now + 1_000_000_000)
        #expect(try scratch.names("store/replays") == ["1-used"])
        #expect(try scratch.names("store/placeholders") == [])
        withExtendedLifetime(lock.number) {}
    }

    @Test func `a layer that cannot be extracted leaves nothing in the cache`() throws {
        try HostileBundle.write(
            to: scratch("x.amber"), layer: HostileBundle.tar([(HostileBundle.entry("../evil"), [1])]))
        let store = try LocalStore(directory: scratch("store"))
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try #require(reader.layer(.inputs))
        #expect(throws: BundleError.self) { _ = try LayerCache(store).layer(layer, of: reader) }
        #expect(try scratch.names("store/layers") == [])
    }

    @Test func `a store that others may write to is refused`() throws {
        let path = try scratch.directory("shared")
        try Files.setMode(KernelPath(path), 0o777)
        #expect(throws: BundleError.self) { _ = try LocalStore(directory: path) }
    }

    @Test func `a store where there can be none is an error that a capture survives`() throws {
        let file = try scratch.write("file", [])
        #expect(throws: BundleError.self) { _ = try LocalStore(directory: file + "/store") }
    }
}

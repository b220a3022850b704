import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

@testable import AmberBundle

struct FileHasherTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `files are hashed in the order of their paths`() throws {
        let paths = try (0..<200).map {
            ByteString(try scratch.write("f\($0)", [UInt8]("content \($0)".utf8)))
        }
        let outcomes = FileHasher(threads: 4).hash(paths)
        for (index, outcome) in outcomes.enumerated() {
            guard case .hashed(let digest, let seen) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(digest == ContentHasher.digest(of: Array("content \(index)".utf8)))
            #expect(seen.sizeInBytes == UInt64("content \(index)".utf8.count))
        }
    }

    @Test func `what cannot be hashed is said, and does not hold up the rest`() throws {
        try Files.makeNode(KernelPath(scratch("fifo")), mode: 0o010600)
        let large = try scratch.writeHole("large", size: 20 << 30)
        let good = try scratch.write("good", [1])
        let outcomes = FileHasher(sizeLimit: 1 << 30).hash(
            [ByteString(scratch("fifo")), ByteString(large), ByteString(scratch("gone")), ByteString(good)])
        #expect(outcomes[0] == .special)
        guard case .tooLarge(let seen) = outcomes[1] else { throw Unexpected(outcome: outcomes[1]) }
        #expect(seen.sizeInBytes == 20 << 30 && seen.allocatedBytes < 1 << 20)
        guard case .unreadable = outcomes[2] else { throw Unexpected(outcome: outcomes[2]) }
        guard case .hashed = outcomes[3] else { throw Unexpected(outcome: outcomes[3]) }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a file that never ends is given up when the time is spent`() throws {
        let large = try scratch.writeHole("large", size: 1 << 42)
        let good = try scratch.write("good", [1])
        let outcomes = FileHasher(timeBudget: .milliseconds(300)).hash([ByteString(large), ByteString(good)])
        #expect(outcomes[0] == .timedOut)
        guard case .hashed = outcomes[1] else { throw Unexpected(outcome: outcomes[1]) }
    }

    @Test func `a store remembers what was hashed`() throws {
        let store = try LocalStore(directory: scratch("store"))
        let path = ByteString(try scratch.write("file", [1, 2]))
        let status = try Files.status(KernelPath(path.bytes))
        store.digests.insert(
            ContentHasher.digest(of: [9]), for: status, now: status.changedAt + 10_000_000_000)
        guard case .hashed(let digest, _) = FileHasher().hash(path, store: store) else {
            throw Unexpected(outcome: .special)
        }
        #expect(
            digest == ContentHasher.digest(of: [9]), "the remembered digest is used, the file is not read")
    }

    struct Unexpected: Error { var outcome: FileHasher.Outcome }
}

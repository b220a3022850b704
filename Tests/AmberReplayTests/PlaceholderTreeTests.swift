import AmberKernel
import AmberModel
import AmberSandbox
import Testing

/// Trees of listings that nobody's machine had.
struct PlaceholderTreeTests {
    private let place = "/tmp/amber-tree-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)

    private static let metadata = FileMetadata(
        kind: .directory, mode: 0o755, userID: 0, groupID: 0, sizeInBytes: 0, modifiedAt: 0, linkTarget: nil)

    private func build(_ paths: [ByteString], limit: Int = 1000) throws -> (count: Int, names: [String]) {
        try Files.makeDirectories(place, mode: 0o700)
        defer { try? Files.removeTree(KernelPath(place)) }
        let tree = try PlaceholderTree(at: place, hasMountPoints: false, limit: limit)
        for path in paths { try tree.add(DirectoryRecord(path: path, metadata: Self.metadata, entries: [])) }
        try tree.finish()
        let root = try Files.open(KernelPath(place), Files.Flag.readOnly | Files.Flag.directory)
        return (tree.count, try Files.names(of: root.number).map { String(decoding: $0, as: UTF8.self) })
    }

    @Test func `a path of a million components is left out`() throws {
        let endless = ByteString(String(repeating: "/a", count: 1_000_000))
        let built = try build([endless, "/b"])
        #expect(built.names == ["b"])
    }

    @Test func `directories on the way count as entries`() throws {
        let built = try build(["/a/b/c", "/d/e/f"], limit: 4)
        #expect(built.count == 4)
        #expect(built.names.sorted() == ["a", "d"])
    }
}

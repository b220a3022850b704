import AmberKernel
import AmberModel
import Testing

@testable import AmberBundle

/// Layers that try to get out, or to fill the machine.
struct HostileLayerTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// One attack: its name, its entries, the code of the refusal.
    struct Attack: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var entries: [(TarEntry, [UInt8])]
        var code: BundleError.Code = .unsafeEntry

        init(_ name: String, _ entries: [(TarEntry, [UInt8])], _ code: BundleError.Code = .unsafeEntry) {
            testDescription = name
            self.entries = entries
            self.code = code
        }
    }

    static let evil = Array("evil".utf8)
    static let attacks: [Attack] = [
        Attack("dot dot", [(HostileBundle.entry("../evil"), evil)]),
        Attack("dot dot inside", [(HostileBundle.entry("a/../../evil"), evil)]),
        Attack("absolute name", [(HostileBundle.entry("/evil"), evil)]),
        Attack("empty name", [(HostileBundle.entry("a//evil"), evil)]),
        Attack(
            "symlink, then file through it",
            [(HostileBundle.entry("a", .symlink, target: ".."), []), (HostileBundle.entry("a/evil"), evil)]),
        Attack(
            "symlink to an absolute place, then file through it",
            [(HostileBundle.entry("a", .symlink, target: "/tmp"), []), (HostileBundle.entry("a/evil"), evil)]),
        Attack(
            "symlink, then file of its name",
            [(HostileBundle.entry("a", .symlink, target: "../evil"), []), (HostileBundle.entry("a"), evil)]),
        Attack("hard link out", [(HostileBundle.entry("a", .hardLink, target: "../outside"), [])]),
        Attack(
            "hard link to an absolute place",
            [(HostileBundle.entry("a", .hardLink, target: "/etc/passwd"), [])]),
        Attack("hard link to nothing", [(HostileBundle.entry("a", .hardLink, target: "b"), [])]),
        Attack(
            "hard link through a symlink",
            [
                (HostileBundle.entry("d", .symlink, target: ".."), []),
                (HostileBundle.entry("a", .hardLink, target: "d/outside"), []),
            ]),
        Attack(
            "hard link to a symlink",
            [
                (HostileBundle.entry("l", .symlink, target: "../outside"), []),
                (HostileBundle.entry("a", .hardLink, target: "l"), []),
            ]),
        Attack("character device", [(HostileBundle.entry("null", .other(UInt8(ascii: "3"))), [])]),
        Attack("block device", [(HostileBundle.entry("sda", .other(UInt8(ascii: "4"))), [])]),
        Attack("unknown type", [(HostileBundle.entry("x", .other(UInt8(ascii: "Z"))), [])]),
        Attack("the same name twice", [(HostileBundle.entry("a"), evil), (HostileBundle.entry("a"), evil)]),
        Attack(
            "directory twice",
            [(HostileBundle.entry("a", .directory), []), (HostileBundle.entry("a", .directory), [])]),
        Attack(
            "file, then file below it",
            [(HostileBundle.entry("a"), evil), (HostileBundle.entry("a/b"), evil)]),
        Attack("whiteout", [(HostileBundle.entry(".wh.etc"), [])]),
        Attack("a file as the root", [(HostileBundle.entry(".", .symlink, target: "/"), [])]),
        Attack(
            "a name of 256 bytes",
            [(HostileBundle.entry(ByteString([UInt8](repeating: 97, count: 256))), evil)]),
        Attack(
            "a path of 5000 bytes",
            [
                (
                    HostileBundle.entry(ByteString(Array(String(repeating: "a/", count: 2500).utf8) + [97])),
                    evil
                )
            ],
            .limitExceeded),
    ]

    @Test(arguments: attacks)
    func `an attack is refused and nothing gets out`(_ attack: Attack) throws {
        let outside = try scratch.write("outside", Array("untouched".utf8))
        try HostileBundle.write(to: scratch("x.amber"), layer: HostileBundle.tar(attack.entries))
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try #require(reader.layer(.inputs))
        let place = try scratch.directory("out")
        let error = #expect(throws: BundleError.self) { try reader.extract(layer, into: place) }
        #expect(error?.code == attack.code, "\(error?.description ?? "")")
        #expect(try scratch.names() == ["out", "outside", "x.amber"])
        #expect(try scratch.read("outside") == Array("untouched".utf8))
        #expect(try Files.status(KernelPath(outside)).linkCount == 1)
    }

    @Test(arguments: [
        HostileBundle.entry(".amber/stdin", .symlink, target: "/etc/hostname"),
        HostileBundle.entry(".amber/stdin", .hardLink, target: ".amber/run.json"),
        HostileBundle.entry(".amber/stdin", .fifo),
        HostileBundle.entry("elsewhere", .symlink, target: "/etc"),
    ])
    func `a record with anything but files and directories is refused`(_ entry: TarEntry) throws {
        try HostileBundle.write(to: scratch("x.amber"), record: [(entry, [])])
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try #require(reader.layer(.record))
        let place = try scratch.directory("out")
        let error = #expect(throws: BundleError.self) { try reader.extract(layer, into: place) }
        #expect(error?.code == .unsafeEntry)
    }

    @Test func `a record that is another layer too is refused all the same`() throws {
        let tar = HostileBundle.tar([(HostileBundle.entry("link", .symlink, target: "/etc"), [])])
        try HostileBundle.write(to: scratch("x.amber"), layer: tar)
        let reader = try BundleReader(path: scratch("x.amber"))
        let inputs = try #require(reader.layer(.inputs))
        let record = LayerDescriptor(
            name: .record, digest: inputs.digest, diffID: inputs.diffID, sizeInBytes: inputs.sizeInBytes,
            mediaType: inputs.mediaType)
        let cache = LayerCache(try LocalStore(directory: scratch("store")))
        _ = try cache.layer(inputs, of: reader)
        #expect(throws: BundleError.self) { _ = try cache.layer(record, of: reader) }
    }

    @Test func `a hard link to an earlier file is made`() throws {
        try HostileBundle.write(
            to: scratch("x.amber"),
            layer: HostileBundle.tar([
                (HostileBundle.entry("d/a"), Self.evil),
                (HostileBundle.entry("b", .hardLink, target: "d/a"), []),
            ]))
        let reader = try BundleReader(path: scratch("x.amber"))
        try reader.extract(try #require(reader.layer(.inputs)), into: try scratch.directory("out"))
        #expect(try scratch.read("out/b") == Self.evil)
    }

    @Test func `setuid bits are dropped unless they are asked for`() throws {
        try HostileBundle.write(
            to: scratch("x.amber"),
            layer: HostileBundle.tar([(HostileBundle.entry("su", mode: 0o6755), Self.evil)]))
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try #require(reader.layer(.inputs))
        try reader.extract(layer, into: try scratch.directory("plain"))
        #expect(try Files.status(KernelPath(scratch("plain/su"))).mode & 0o7777 == 0o755)
        try reader.extract(layer, into: try scratch.directory("kept"), options: .init(preservesSetuid: true))
        #expect(try Files.status(KernelPath(scratch("kept/su"))).mode & 0o7777 == 0o6755)
    }

    @Test func `too many entries are refused`() throws {
        let entries = (0..<2000).map { (HostileBundle.entry(ByteString("d/\($0)"), .directory), [UInt8]()) }
        try HostileBundle.write(to: scratch("x.amber"), layer: HostileBundle.tar(entries))
        var limits = ReadLimits()
        limits.entries = 1000
        let reader = try BundleReader(path: scratch("x.amber"), limits: limits)
        let layer = try #require(reader.layer(.inputs))
        let place = try scratch.directory("out")
        let error = #expect(throws: BundleError.self) { try reader.extract(layer, into: place) }
        #expect(error?.code == .limitExceeded)
    }

    @Test func `too many directories that no entry lists are refused`() throws {
        let deep = String(repeating: "d/", count: 500)
        let entries = (0..<100).map { (HostileBundle.entry(ByteString("\($0)/\(deep)f")), [UInt8]()) }
        try HostileBundle.write(to: scratch("x.amber"), layer: HostileBundle.tar(entries))
        var limits = ReadLimits()
        limits.directoryNameBytes = 1 << 17
        let reader = try BundleReader(path: scratch("x.amber"), limits: limits)
        let layer = try #require(reader.layer(.inputs))
        let place = try scratch.directory("out")
        let error = #expect(throws: BundleError.self) { try reader.extract(layer, into: place) }
        #expect(error?.code == .limitExceeded)
        #expect(try scratch.names("out") == ["0"])
    }

    @Test func `a layer that unpacks to a thousand times its size is refused`() throws {
        let bomb = [UInt8](repeating: 65, count: 32 << 20)
        try HostileBundle.write(
            to: scratch("x.amber"), layer: HostileBundle.tar([(HostileBundle.entry("bomb"), bomb)]))
        var limits = ReadLimits()
        limits.freeBytes = 1 << 20
        let reader = try BundleReader(path: scratch("x.amber"), limits: limits)
        let layer = try #require(reader.layer(.inputs))
        let place = try scratch.directory("out")
        let error = #expect(throws: BundleError.self) { try reader.extract(layer, into: place) }
        #expect(error?.code == .limitExceeded)
        #expect(try Files.status(KernelPath(scratch("out/bomb"))).sizeInBytes < 4 << 20)
    }

    @Test func `a file of zeros takes no space`() throws {
        let zeros = [UInt8](repeating: 0, count: 32 << 20)
        try HostileBundle.write(
            to: scratch("x.amber"), layer: HostileBundle.tar([(HostileBundle.entry("sparse"), zeros)]))
        var limits = ReadLimits()
        limits.freeBytes = 1 << 20
        let reader = try BundleReader(path: scratch("x.amber"), limits: limits)
        try reader.extract(try #require(reader.layer(.inputs)), into: try scratch.directory("out"))
        let status = try Files.status(KernelPath(scratch("out/sparse")))
        #expect(status.sizeInBytes == 32 << 20)
        #expect(status.allocatedBytes < 1 << 20)
    }

    @Test func `a pax header of many megabytes is refused`() throws {
        var tar = HostileBundle.tar([])
        let records = Array("3000008 comment=".utf8) + [UInt8](repeating: 65, count: 3_000_000)
        var header = TarHeader.encode(
            HostileBundle.entry("pax", .other(UInt8(ascii: "x")), size: UInt64(records.count)))
        header += records
        tar = header + [UInt8](repeating: 0, count: TarHeader.padding(after: UInt64(records.count))) + tar
        try HostileBundle.write(to: scratch("x.amber"), layer: tar)
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try #require(reader.layer(.inputs))
        let place = try scratch.directory("out")
        let error = #expect(throws: BundleError.self) { try reader.extract(layer, into: place) }
        #expect(error?.code == .limitExceeded)
    }

    @Test func `zstd inside zstd is refused`() throws {
        let tar = HostileBundle.tar([(HostileBundle.entry("a"), Self.evil)])
        let twice = try HostileBundle.compress(try HostileBundle.compress(tar))
        try HostileBundle.write(to: scratch("x.amber"), blob: twice, diffID: ContentHasher.digest(of: tar))
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try #require(reader.layer(.inputs))
        let place = try scratch.directory("out")
        #expect(throws: BundleError.self) { try reader.extract(layer, into: place) }
    }
}

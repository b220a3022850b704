import AmberBundle
import AmberKernel
import AmberModel
import AmberTestSupport
import Glibc
import Testing

extension KernelFeature {
    /// Mounting a small file system, which takes root.
    static let mounting = KernelFeature(name: "mounting") {
        geteuid() == 0 ? nil : "mounting a tmpfs takes root"
    }
}

struct DiskFullTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Runs with a file system of 1 MiB at a path, which is gone afterwards.
    private func onSmallDisk(_ body: (String) throws -> Void) throws {
        let place = try scratch.directory("small")
        try #require(mount("tmpfs", place, "tmpfs", 0, "size=1m") == 0, "mount: errno \(errno)")
        defer { umount2(place, Int32(MNT_DETACH)) }
        try body(place)
    }

    private func noise(_ count: Int) -> LayerEntry {
        let bytes = Sample.noise(count)
        return LayerEntry(path: "/noise", metadata: Sample.metadata(size: count), content: .bytes(bytes))
    }

    @Test(.requires(.mounting))
    func `a disk that fills up while a layer is written is named and left clean`() throws {
        try onSmallDisk { place in
            var code: BundleError.Code?
            do {
                _ = try Sample.seal(at: place + "/x.amber", [.inputs: [noise(2 << 20)]])
            } catch let error as BundleError { code = error.code }
            #expect(code == .diskFull)
            #expect(try scratch.names("small") == [])
        }
    }

    @Test(.requires(.mounting))
    func `a disk that fills up while the bundle is sealed is named and left clean`() throws {
        try onSmallDisk { place in
            let store = try LocalStore(directory: scratch("store"))
            var code: BundleError.Code?
            do {
                _ = try Sample.seal(at: place + "/x.amber", [.inputs: [noise(2 << 20)]], store: store)
            } catch let error as BundleError { code = error.code }
            #expect(code == .diskFull)
            #expect(try scratch.names("small") == [])
        }
    }

    @Test(.requires(.mounting))
    func `a store whose disk is full does not stop a capture`() throws {
        try onSmallDisk { place in
            let store = try LocalStore(directory: place + "/store")
            _ = try Sample.seal(at: scratch("x.amber"), [.inputs: [noise(2 << 20)]], store: store)
            #expect(try BundleReader(path: scratch("x.amber")).verify().isSound)
        }
    }

    @Test(.requires(.mounting))
    func `a disk that fills up while a layer is extracted is named and the cache left clean`() throws {
        _ = try Sample.seal(at: scratch("x.amber"), [.inputs: [noise(2 << 20)]])
        try onSmallDisk { place in
            let store = try LocalStore(directory: place + "/store")
            let reader = try BundleReader(path: scratch("x.amber"))
            let layer = try #require(reader.layer(.inputs))
            let error = #expect(throws: BundleError.self) {
                _ = try LayerCache(store).layer(layer, of: reader)
            }
            #expect(error?.code == .diskFull)
            #expect(try scratch.names("small/store/layers") == [])
        }
    }
}

import Testing

@testable import AmberKernel

struct ClockStubTests {
    private func ownImage() throws -> (image: VdsoImage, bytes: [UInt8]) {
        let own = ThisProcess.processID
        let base = try #require(AuxiliaryVector(of: own)?[AuxiliaryVector.vdso])
        let page = try #require(ProcessMemory.read(own, base, count: 4096))
        let size = try #require(VdsoImage.mappedSize(firstPage: page))
        let bytes = try #require(ProcessMemory.read(own, base, count: size))
        return (try #require(VdsoImage(bytes)), bytes)
    }

    @Test func `this kernel's image has clocks, and room for the stub`() throws {
        let (image, bytes) = try ownImage()
        let stub = try #require(ClockStub(image, mappedSize: bytes.count, offset: 5))
        for patch in stub.patches {
            #expect(Int(patch.address) + patch.bytes.count <= bytes.count)
        }
        // Whole functions only are written over.
        let written = stub.patches.map { $0.address..<$0.address + UInt64($0.bytes.count) }
        for (name, function) in image.functions where name.contains("getcpu") || name.contains("getres") {
            #expect(!written.contains { $0.contains(function.address) }, "\(name)")
        }
    }

    @Test func `a clock that is too short moves the stub behind the image`() throws {
        let (image, bytes) = try ownImage()
        var functions = image.functions
        for name in functions.keys where name.contains("clock_gettime") { functions[name]?.sizeInBytes = 16 }
        let small = VdsoImage(functions: functions, sizeInBytes: image.sizeInBytes, machine: image.machine)
        let stub = try #require(ClockStub(small, mappedSize: bytes.count + 4096, offset: 5))
        #expect(stub.patches[0].address >= UInt64(image.sizeInBytes))
        #expect(ClockStub(small, mappedSize: image.sizeInBytes, offset: 5) == nil)
    }

    @Test(
        arguments: [
            (0, 0, 0), (1_500_000_000, 1, 500_000_000), (-1, -1, 999_999_999), (-2_000_000_000, -2, 0),
        ] as [(Int64, Int64, Int64)])
    func `an offset is seconds and nanoseconds that are not negative`(
        _ offset: Int64, _ seconds: Int64, _ nanoseconds: Int64
    ) {
        let parts = ClockStub.parts(of: offset)
        #expect(parts.seconds == seconds && parts.nanoseconds == nanoseconds)
    }

    @Test func `damaged images are refused`() throws {
        let (_, bytes) = try ownImage()
        #expect(VdsoImage([]) == nil)
        #expect(VdsoImage(Array(bytes.prefix(40))) == nil)
        for place in stride(from: 0, to: bytes.count, by: 7) {
            var damaged = bytes
            damaged[place] ^= 0xFF
            guard let image = VdsoImage(damaged) else { continue }
            let stub = ClockStub(image, mappedSize: bytes.count, offset: 1)
            for patch in stub?.patches ?? [] {
                _ = patch.address  // Whatever it says: it did not trap.
            }
        }
    }
}

import AmberKernel
import AmberModel
import Glibc

@testable import AmberBundle

// A fuzz target for libFuzzer (llvm.org/docs/LibFuzzer.html): built by scripts/fuzz, not part of the package otherwise.
// The first byte says what the rest is; each form reaches behind a digest that mutation would never get right.

/// What the bytes of an input stand for.
enum Form: UInt8, CaseIterable {
    case bundle, tar, zstd, lines, info, index, manifest
}

/// In memory: sealing makes a file durable, which costs milliseconds on a disk.
let place = "/dev/shm/amber-fuzz-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)

func fuzzLimits() -> ReadLimits {
    var limits = ReadLimits()
    limits.freeBytes = 8 << 20
    limits.contentBytes = 64 << 20
    limits.entries = 2000
    limits.lineBytes = 1 << 20
    return limits
}

/// Lays an input out as a bundle.
func write(_ bytes: [UInt8], as form: Form, to path: String) throws {
    switch form {
    case .bundle:
        let file = try Files.open(
            KernelPath(path), Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate, mode: 0o600)
        try Files.writeAll(file.number, bytes)
    case .tar:
        try HostileBundle.write(to: path, blob: bytes, diffID: ContentHasher.digest(of: bytes)) {
            $0.layers[0].mediaType = "application/vnd.oci.image.layer.v1.tar"
        }
    case .zstd: try HostileBundle.write(to: path, blob: bytes, diffID: ContentHasher.digest(of: bytes))
    case .lines:
        let names = ["files.jsonl", "directories.jsonl", "processes.jsonl", "events.jsonl.zst"]
        _ = try Sample.seal(at: path, [:], record: names.map { LayerEntry.record($0, bytes) })
    case .info:
        _ = try Sample.seal(
            at: path, [:], record: [.record("bundle.json", bytes), .record("run.json", bytes)])
    case .index, .manifest:
        let file = try Files.open(
            KernelPath(path), Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate, mode: 0o600)
        var archive = OuterArchiveWriter(descriptor: file.number, subject: path)
        try archive.add("oci-layout", Array("{\"imageLayoutVersion\":\"1.0.0\"}".utf8))
        let descriptor = OCIDescriptor(
            mediaType: OCIManifest.mediaType, digest: ContentHasher.digest(of: bytes),
            size: UInt64(bytes.count))
        let index = try RecordJSON.encode(OCIIndex(schemaVersion: 2, manifests: [descriptor]))
        try archive.add("index.json", form == .index ? bytes : index)
        try archive.addBlob(bytes)
        _ = try archive.finish()
    }
}

/// Opens, verifies and extracts; a `BundleError` is a good answer, anything beside `out` is not.
func exercise(_ path: String) throws {
    do {
        let reader = try BundleReader(path: path, limits: fuzzLimits())
        _ = reader.verify()
        for layer in reader.layers {
            try Files.makeDirectory(KernelPath(place + "/out"), mode: 0o700)
            defer { try? Files.removeTree(KernelPath(place + "/out")) }
            _ = try reader.extract(layer, into: place + "/out")
        }
    } catch let error as BundleError {
        precondition(!error.remedy.isEmpty && !error.problem.isEmpty)
    }
    let directory = try Files.open(KernelPath(place), Files.Flag.readOnly | Files.Flag.directory)
    let names = try Files.names(of: directory.number)
    precondition(names == [Array("x.amber".utf8)], "something was written outside: \(names)")
}

/// What libFuzzer calls with each input; -1 keeps an input out of the corpus.
@_cdecl("LLVMFuzzerTestOneInput")
public func consume(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    guard let first = bytes.first, let form = Form(rawValue: first) else { return -1 }
    do {
        try write(Array(bytes.dropFirst()), as: form, to: place + "/x.amber")
        try exercise(place + "/x.amber")
    } catch { preconditionFailure("\(error)") }
    return 0
}

/// Writes one small input of every form, the corpus to start from.
func writeSeeds(to directory: String) throws {
    let path = place + "/x.amber"
    _ = try Sample.seal(at: path, [.inputs: [Sample.file("/a", "a"), Sample.symlink("/l", to: "a")]])
    let tar = HostileBundle.tar([
        (HostileBundle.entry("d/", .directory), []), (HostileBundle.entry("d/f"), Array("content".utf8)),
        (HostileBundle.entry("l", .symlink, target: "d"), []),
        (HostileBundle.entry("h", .hardLink, target: "d/f"), []),
        (HostileBundle.entry(ByteString([0xFF, 10])), [1]), (HostileBundle.entry("p", .fifo), []),
    ])
    let digest = "sha256:" + String(repeating: "a", count: 64)
    let file = FileRecord(
        path: "/a", role: .read, metadata: Sample.metadata(size: 1), digest: Digest(digest), layer: .inputs)
    let seeds: [Form: [UInt8]] = [
        .bundle: try Files.contents(KernelPath(path), limit: 1 << 20), .tar: tar,
        .zstd: try HostileBundle.compress(tar),
        .lines: try RecordJSON.lines([file]), .info: try RecordJSON.encode(Sample.info),
        .index: Array(
            "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"\(OCIManifest.mediaType)\",\"digest\":\"\(digest)\",\"size\":1}]}"
                .utf8),
        .manifest: Array(
            "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"x\",\"digest\":\"\(digest)\",\"size\":1},\"layers\":[]}"
                .utf8),
    ]
    for (form, bytes) in seeds {
        let file = try Files.open(
            KernelPath("\(directory)/\(form)"),
            Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate, mode: 0o644)
        try Files.writeAll(file.number, [form.rawValue] + bytes)
    }
}

/// What libFuzzer calls first: `--write-seeds DIR` writes the corpus and ends.
@_cdecl("LLVMFuzzerInitialize")
public func start(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
    do {
        try Files.makeDirectory(KernelPath(place), mode: 0o700)
        if count.pointee == 3, let verb = arguments.pointee[1], String(cString: verb) == "--write-seeds",
            let directory = arguments.pointee[2]
        {
            try writeSeeds(to: String(cString: directory))
            try Files.removeTree(KernelPath(place))
            exit(0)
        }
    } catch { preconditionFailure("\(error)") }
    atexit { try? Files.removeTree(KernelPath(place)) }
    return 0
}

/// libFuzzer's driver, as its own main calls it.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

// QUIRK: SwiftPM links an executable's `main` as another name for `MODULE_main` (5.5 and later), so libFuzzer's own
// main is never linked. We define that name. Remove when SwiftPM has fuzz targets.
/// The program's start.
@_cdecl("fuzz_bundle_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, consume)
}

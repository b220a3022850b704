import AmberKernel
import AmberModel

/// Surveys that were made before, as files in a directory that belongs to the user alone.
///
/// A survey is used again where it was of the same paths and every fact of its evidence still holds: some thousand
/// calls of statx(2) instead of reading all databases. Damage, another version of Amber and every failure to read or
/// write mean only that the survey is made again.
package struct InventoryCache: Sendable {
    private static let title = Array("amber inventory 1\n".utf8)
    private static let largest = 64 << 20
    private let directory: String
    private let now: @Sendable () -> Int64

    /// Uses a directory, which need not be there; `now` is nanoseconds since the epoch.
    package init(directory: String, now: @escaping @Sendable () -> Int64 = { Clock.realtime() }) {
        self.directory = directory
        self.now = now
    }

    /// The report of an earlier survey of exactly these paths; nil where there is none that still holds.
    func report(for paths: [ByteString]) -> InventoryReport? {
        guard let bytes = try? Files.contents(KernelPath(place(of: paths)), limit: Self.largest),
            bytes.starts(with: Self.title), var reader = RecordBytes(checked: bytes)
        else { return nil }
        reader.position = Self.title.count
        guard reader.number() == UInt64(paths.count) else { return nil }
        for path in paths where reader.bytes() != path.bytes { return nil }
        for _ in 0..<(reader.number() ?? 0) {
            guard let path = reader.bytes(), let fact = reader.fact(), Evidence.holds(fact, at: path) else {
                return nil
            }
        }
        var packages: [PackageRecord] = []
        for _ in 0..<(reader.number() ?? 0) {
            guard let package = reader.package(paths) else { return nil }
            packages.append(package)
        }
        var owners: [Int?] = []
        var layers: [LayerName?] = []
        for _ in paths {
            guard let owner = reader.number(), owner <= packages.count, let layer = reader.bytes() else {
                return nil
            }
            owners.append(owner == 0 ? nil : Int(owner) - 1)
            layers.append(LayerName(rawValue: String(decoding: layer, as: UTF8.self)))
        }
        return InventoryReport(paths: paths, packages: packages, owners: owners, layers: layers)
    }

    /// Keeps a survey with its evidence; best effort.
    func keep(
        _ evidence: Evidence, paths: [ByteString], packages: [PackageRecord], owners: [Int?],
        layers: [LayerName?]
    ) {
        // Another build of Amber has other rules.
        evidence.willRead(Array("/proc/self/exe".utf8))
        guard let facts = evidence.facts(now: now()) else { return }
        var bytes = RecordBytes(Self.title)
        bytes.append(UInt64(paths.count))
        for path in paths { bytes.append(path.bytes) }
        bytes.append(UInt64(facts.count))
        for (path, fact) in facts {
            bytes.append(path)
            bytes.append(fact)
        }
        bytes.append(UInt64(packages.count))
        let places = Dictionary(zip(paths, paths.indices)) { first, _ in first }
        for package in packages { bytes.append(package, places) }
        for (owner, layer) in zip(owners, layers) {
            bytes.append(UInt64(owner.map { $0 + 1 } ?? 0))
            bytes.append(Array((layer?.rawValue ?? "").utf8))
        }
        write(bytes.checked(), to: place(of: paths))
    }

    private func write(_ bytes: [UInt8], to place: String) {
        guard bytes.count <= Self.largest else { return }
        let temporary = KernelPath("\(directory)/.amber-\(UInt64.random(in: 0...UInt64.max)).partial")
        do throws(SyscallError) {
            let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.exclusive
            let file = try Files.open(temporary, flags, mode: 0o600)
            try Files.writeAll(file.number, bytes)
            try Files.rename(temporary, to: KernelPath(place))
        } catch { try? Files.remove(temporary) }
    }

    private func place(of paths: [ByteString]) -> String {
        var sum = RecordBytes.Checksum()
        for path in paths { sum.add(path.bytes) }
        return "\(directory)/\(String(sum.value, radix: 16))"
    }
}

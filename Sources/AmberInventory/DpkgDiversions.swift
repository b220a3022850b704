import AmberModel

/// dpkg's diversions: paths that one package took over, and where the other packages' file went.
///
/// Three lines each: the path, the place it is moved to, and the package that took it over (`:` for the administrator).
///
/// Source: dpkg-divert(1), `lib/dpkg/db-ctrl` of dpkg.
struct DpkgDiversions {
    private struct Diversion {
        var path: [UInt8]
        var place: [UInt8]
        var package: String
    }

    private var diversions: [Diversion] = []

    /// Reads the text of the file; lines that are left over are dropped.
    init(_ text: [UInt8]) {
        let lines = text.split(separator: 10, omittingEmptySubsequences: false)
        for first in stride(from: 0, to: lines.count - lines.count % 3, by: 3) {
            diversions.append(
                Diversion(
                    path: Array(lines[first]), place: Array(lines[first + 1]),
                    package: String(decoding: lines[first + 2], as: UTF8.self)))
        }
    }

    /// Makes the table in which a diverted path belongs to whom it really belongs.
    func table(of paths: [ByteString]) -> TouchedTable {
        var byPath: [[UInt8]: Diversion] = [:]
        var byPlace: [[UInt8]: Diversion] = [:]
        for diversion in diversions {
            byPath[diversion.path] = diversion
            byPlace[diversion.place] = diversion
        }
        var table = TouchedTable(count: paths.count * 2)
        for (number, path) in paths.enumerated() {
            let spellings = MergedUsr.spellings(of: path.bytes)
            if let moved = spellings.lazy.compactMap({ byPlace[$0] }).first {
                for spelling in MergedUsr.spellings(of: moved.path) {
                    table.insert(spelling, touched: number, rule: .except(moved.package))
                }
            }
            let taken = spellings.lazy.compactMap { byPath[$0] }.first
            for spelling in spellings {
                table.insert(spelling, touched: number, rule: taken.map { .only($0.package) } ?? .anyone)
            }
        }
        return table
    }
}

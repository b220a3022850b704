import AmberKernel
import AmberSupervisor

/// Paths that a run names without opening them: in arguments, in the environment, as literals in its own code.
///
/// stat(2) is not notified; a program that only asks whether `/etc/app/enabled` exists has the path somewhere.
enum NamedPaths {
    private static let slash = UInt8(ascii: "/")
    /// Most bytes of one file that are searched.
    private static let searchLimit = 1 << 20
    /// Most bytes that are searched in all: literals stand in programs and configuration, which are small.
    private static let totalLimit = 16 << 20
    /// Most paths in all.
    private static let limit = 5_000

    /// Existing paths named by arguments and environment.
    static func inWords(_ words: [[UInt8]], workingDirectory: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var literals: Set<[UInt8]> = []
        for word in words {
            collect(word, into: &literals)  // Scripts are words too: sh -c, python3 -c.
            let value = word.drop { $0 != UInt8(ascii: "=") }.dropFirst()
            for text in [Array(word), Array(value)] {
                for part in text.split(separator: UInt8(ascii: ":")) where part.count > 1 && part.count < 4096
                {
                    let path = PathJoin.absolute(Array(part), in: workingDirectory)
                    found += places(path)
                }
            }
        }
        return Array((found + literals.flatMap(places)).prefix(limit))
    }

    /// Existing absolute paths that stand as literals in files: scripts, configuration, executables.
    static func inFiles(_ files: [[UInt8]]) -> [[UInt8]] {
        var candidates: Set<[UInt8]> = []
        var room = totalLimit
        for file in files {
            guard candidates.count < limit, room > 0,
                let source = try? Files.open(KernelPath(file), Files.Flag.readOnly | Files.Flag.nonBlocking),
                let bytes = try? Files.readBytes(source.number, at: 0, count: searchLimit)
            else { continue }
            collect(bytes, into: &candidates)
            room -= bytes.count
        }
        return candidates.flatMap(places)
    }

    private static func collect(_ bytes: [UInt8], into candidates: inout Set<[UInt8]>) {
        var position = 0
        while let start = bytes[position...].firstIndex(of: slash) {
            var end = start
            while end < bytes.count, isPathByte(bytes[end]) { end += 1 }
            position = max(end, start + 1)
            let isAtStart = start == 0 || !isPathByte(bytes[start - 1])
            guard isAtStart, end - start > 4, end - start < 256 else { continue }
            var path = Array(bytes[start..<end])
            while let last = path.last, last == slash || last == UInt8(ascii: ".") { path.removeLast() }
            if path.dropFirst().contains(slash), candidates.count < limit { candidates.insert(path) }
        }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), slash, UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"),
            UInt8(ascii: "+"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    /// Where a name stands, and where it leads: the directories of both answer for it.
    private static func places(_ path: [UInt8]) -> [[UInt8]] {
        guard let place = real(PathResolver.parent(of: path)), (try? Files.status(KernelPath(path))) != nil
        else {
            return []
        }
        let name = path[((path.lastIndex(of: slash) ?? -1) + 1)...]
        let own = (place == [slash] ? [] : place) + [slash] + name
        return [own, real(path)].compactMap { $0 }
    }

    /// The path after symbolic links; nil where nothing stands there.
    private static func real(_ path: [UInt8]) -> [UInt8]? {
        guard
            let place = try? Files.open(
                KernelPath(path.isEmpty ? [slash] : path), Files.Flag.path | Files.Flag.nonBlocking)
        else { return nil }
        return try? Files.readLink(KernelPath("/proc/self/fd/\(place.number)"))
    }
}

/// Paths in words are often relative.
enum PathJoin {
    /// `path` where it is absolute, else below `directory`.
    static func absolute(_ path: [UInt8], in directory: [UInt8]) -> [UInt8] {
        path.first == UInt8(ascii: "/") ? path : directory + [UInt8(ascii: "/")] + path
    }
}

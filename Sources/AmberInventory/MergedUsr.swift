/// The two spellings of a path where `/bin`, `/sbin` and `/lib*` are links into `/usr`.
///
/// Package databases keep the spelling of the time when the package was built: dpkg lists `/bin/ls` while the file
/// really is `/usr/bin/ls`.
///
/// Source: Debian UsrMerge, https://wiki.debian.org/UsrMerge; file-hierarchy(7).
enum MergedUsr {
    private static let directories = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"].map { Array($0.utf8) }
    private static let usr = Array("/usr".utf8)

    /// Gives the path itself, and its other spelling where it has one.
    static func spellings(of path: [UInt8]) -> [[UInt8]] {
        if path.starts(with: usr), isMerged(path[usr.count...]) { return [path, Array(path[usr.count...])] }
        if isMerged(path[...]) { return [path, usr + path] }
        return [path]
    }

    /// Tells whether a path starts with one of the directories, as in `/lib/…`.
    private static func isMerged(_ path: ArraySlice<UInt8>) -> Bool {
        guard path.first == UInt8(ascii: "/") else { return false }
        let name = path.dropFirst().prefix { $0 != UInt8(ascii: "/") }
        guard name.endIndex < path.endIndex else { return false }
        return directories.contains { $0.elementsEqual(name) }
    }
}

/// Flags of open(2) as the caller's architecture numbers them.
enum OpenFlags {
    // QUIRK: O_DIRECTORY and O_NOFOLLOW have other values on arm64 (arch/arm64/include/uapi/asm/fcntl.h).
    #if arch(arm64)
        private static let directory: UInt64 = 0o40000
        private static let noFollow: UInt64 = 0o100000
    #else
        private static let directory: UInt64 = 0o200000
        private static let noFollow: UInt64 = 0o400000
    #endif

    static func isDirectory(_ flags: UInt64) -> Bool { flags & directory != 0 }
    static func isNoFollow(_ flags: UInt64) -> Bool { flags & noFollow != 0 }
}

import AmberKernel
import CArchive

/// Goes through the entries of a zip archive, by its central directory.
///
/// Only the format that needs the central directory is enabled, as the JVM needs it too: without it libarchive would
/// inflate everything on the way to the next entry, and a small archive could cost hours.
struct ZipReader: ~Copyable {
    private let archive: OpaquePointer

    /// Opens an archive; nil where it is none. The descriptor is borrowed until the reader goes.
    init?(descriptor: Int32) {
        guard let archive = archive_read_new() else { return nil }
        archive_read_support_format_zip_seekable(archive)
        guard archive_read_open_fd(archive, descriptor, 1 << 16) == ARCHIVE_OK else {
            archive_read_free(archive)
            return nil
        }
        self.archive = archive
    }

    /// Opens an archive in memory that outlives the reader; nil where it is none.
    init?(bytes: UnsafeRawBufferPointer) {
        guard let archive = archive_read_new() else { return nil }
        archive_read_support_format_zip_seekable(archive)
        guard archive_read_open_memory(archive, bytes.baseAddress, bytes.count) == ARCHIVE_OK else {
            archive_read_free(archive)
            return nil
        }
        self.archive = archive
    }

    deinit { archive_read_free(archive) }

    /// Goes to the next entry and gives its name; nil at the end, or where the archive is damaged.
    func next() -> String? {
        var entry: OpaquePointer?
        let result = archive_read_next_header(archive, &entry)
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry else { return nil }
        if let name = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) {
            return String(cString: name)
        }
        return ""
    }

    /// Inflates the present entry; nil where it is damaged or longer than `limit` bytes.
    func contents(limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit + 1, 1 << 16))
        while true {
            let count = archive_read_data(archive, &chunk, chunk.count)
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            if bytes.count > limit { return nil }
        }
    }
}

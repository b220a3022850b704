import AmberKernel
import CArchive

/// Compresses a stream through one of libarchive's filters; the same bytes for any number of processors.
final class Compressor {
    private let archive: OpaquePointer
    private let sink: (UnsafeRawBufferPointer) throws(BundleError) -> Void
    private var failure: BundleError?

    /// Starts a stream.
    ///
    /// - Parameters:
    ///   - compression: The filter.
    ///   - threads: Workers for zstd, at least 1. With workers zstd cuts its input into jobs whose size
    ///     depends on the level alone, so that the output is the same for 1 and for 64 (zstd.h,
    ///     ZSTD_c_nbWorkers); without them it would differ, hence never 0.
    ///   - sink: Takes the compressed bytes in pieces of about 128 KiB.
    /// - Throws: `BundleError` of code `system`: no memory, or libarchive lacks the filter.
    init(
        _ compression: LayerCompression, threads: Int,
        sink: @escaping (UnsafeRawBufferPointer) throws(BundleError) -> Void
    ) throws(BundleError) {
        guard let archive = archive_write_new() else { throw Self.outOfMemory }
        self.archive = archive
        self.sink = sink
        var code = archive_write_set_format_raw(archive)
        switch compression {
        case .zstd:
            code = min(code, archive_write_add_filter_zstd(archive))
            code = min(code, archive_write_set_filter_option(archive, "zstd", "compression-level", "2"))
            code = min(
                code, archive_write_set_filter_option(archive, "zstd", "threads", String(max(1, threads))))
        case .gzip:
            code = min(code, archive_write_add_filter_gzip(archive))
            code = min(code, archive_write_set_filter_option(archive, "gzip", "compression-level", "6"))
            code = min(code, archive_write_set_filter_option(archive, "gzip", "timestamp", nil))
        }
        code = min(code, archive_write_set_bytes_per_block(archive, 0))
        code = min(
            code,
            archive_write_open(
                archive, Unmanaged.passUnretained(self).toOpaque(), nil,
                { _, context, bytes, count in
                    guard let context, let bytes else { return -1 }
                    let compressor = Unmanaged<Compressor>.fromOpaque(context).takeUnretainedValue()
                    do throws(BundleError) {
                        try compressor.sink(UnsafeRawBufferPointer(start: bytes, count: count))
                        return count
                    } catch {
                        compressor.failure = compressor.failure ?? error
                        return -1
                    }
                }, nil))
        try check(code)
        guard let entry = archive_entry_new() else { throw Self.outOfMemory }
        defer { archive_entry_free(entry) }
        archive_entry_set_filetype(entry, 0o100000)
        archive_entry_set_pathname(entry, "data")
        try check(archive_write_header(archive, entry))
    }

    deinit { archive_write_free(archive) }

    /// Compresses the next bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(BundleError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = archive_write_data(archive, rest.baseAddress, rest.count)
            guard count > 0 else {
                try check(-30)
                return
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Ends the stream; the sink has everything afterwards.
    func finish() throws(BundleError) { try check(archive_write_close(archive)) }

    private func check(_ code: Int32) throws(BundleError) {
        guard code != 0 else { return }
        if let failure { throw failure }
        let text = archive_error_string(archive).map { String(cString: $0) } ?? "code \(code)"
        throw BundleError(
            .system, "libarchive", "compression failed: \(text)",
            remedy: "Try --compression gzip; check free memory.")
    }

    private static var outOfMemory: BundleError {
        BundleError(.system, "libarchive", "out of memory", remedy: "Free memory and try again.")
    }
}

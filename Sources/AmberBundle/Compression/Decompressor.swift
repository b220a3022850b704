import CArchive

/// Decompresses a stream through one of libarchive's filters, exactly the one that is declared.
final class Decompressor: ByteStream {
    /// The filters that a bundle may use.
    enum Filter: Int32 {
        case none = 0
        case gzip = 1
        case zstd = 14
    }

    private let archive: OpaquePointer
    private let source: any ByteStream
    private let subject: String
    private let filter: Filter
    private var failure: BundleError?
    private var isOpen = false
    private var isAtEnd = false

    /// Prepares a stream; nothing is read yet.
    init(_ filter: Filter, of source: any ByteStream, subject: String) throws(BundleError) {
        guard let archive = archive_read_new() else {
            throw BundleError(.system, "libarchive", "out of memory", remedy: "Free memory and try again.")
        }
        self.archive = archive
        self.source = source
        self.subject = subject
        self.filter = filter
    }

    deinit { archive_read_free(archive) }

    func next() throws(BundleError) -> UnsafeRawBufferPointer {
        if !isOpen { try open() }
        guard !isAtEnd else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        while true {
            var bytes: UnsafeRawPointer?
            var count = 0
            var offset: Int64 = 0
            let code = archive_read_data_block(archive, &bytes, &count, &offset)
            if code == 1 {  // ARCHIVE_EOF
                isAtEnd = true
                return UnsafeRawBufferPointer(start: nil, count: 0)
            }
            guard code == 0 else { throw error(code) }
            if count > 0 { return UnsafeRawBufferPointer(start: bytes, count: count) }
        }
    }

    private func open() throws(BundleError) {
        isOpen = true
        var code = archive_read_support_format_raw(archive)
        // `raw` refuses an empty stream, `empty` takes it.
        code = min(code, archive_read_support_format_empty(archive))
        switch filter {
        case .none: break
        case .gzip: code = min(code, archive_read_support_filter_gzip(archive))
        case .zstd: code = min(code, archive_read_support_filter_zstd(archive))
        }
        guard code == 0 else { throw error(code) }
        code = archive_read_open(
            archive, Unmanaged.passUnretained(self).toOpaque(), nil,
            { _, context, buffer in
                guard let context, let buffer else { return -1 }
                let stream = Unmanaged<Decompressor>.fromOpaque(context).takeUnretainedValue()
                do throws(BundleError) {
                    let bytes = try stream.source.next()
                    buffer.pointee = bytes.baseAddress
                    return bytes.count
                } catch {
                    stream.failure = stream.failure ?? error
                    return -1
                }
            }, nil)
        guard code == 0 else { throw error(code) }
        var entry: OpaquePointer?
        code = archive_read_next_header(archive, &entry)
        if code == 1 {
            isAtEnd = true
            return
        }
        guard code == 0 else { throw error(code) }
        // Exactly the declared filter over the bytes: neither none, nor zstd inside zstd inside zstd.
        let expected: Int32 = filter == .none ? 1 : 2
        guard archive_filter_count(archive) == expected, archive_filter_code(archive, 0) == filter.rawValue
        else {
            throw BundleError(
                .malformed, subject, "its bytes are not compressed as declared",
                remedy: BundleError.fetchAgain)
        }
    }

    private func error(_ code: Int32) -> BundleError {
        if let failure { return failure }
        let text = archive_error_string(archive).map { String(cString: $0) } ?? "code \(code)"
        return BundleError(
            .malformed, subject, "its compressed bytes are damaged or cut off (\(text))",
            remedy: BundleError.fetchAgain)
    }
}

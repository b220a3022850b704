import AmberKernel

/// Writes a zstd-compressed file piece by piece, for `events.jsonl.zst` and core files.
package struct ZstdFile: ~Copyable {
    private let compressor: Compressor

    /// Starts a stream at the descriptor's position; borrowed, it must stay open until `finish`.
    package init(writingTo descriptor: Int32, threads: Int = 1) throws(BundleError) {
        compressor = try Compressor(.zstd, threads: threads) { (bytes) throws(BundleError) in
            try bundled(writing: true) { () throws(SyscallError) in try Files.writeAll(descriptor, bytes) }
        }
    }

    /// Compresses the next bytes; cheap for small pieces, libzstd gathers them.
    package func write(_ bytes: [UInt8]) throws(BundleError) {
        do {
            try bytes.withUnsafeBytes { try compressor.write($0) }
        } catch let error as BundleError { throw error } catch {
            preconditionFailure("only BundleError is thrown")
        }
    }

    /// Ends the stream.
    package consuming func finish() throws(BundleError) { try compressor.finish() }
}

import AmberModel

extension BundleReader {
    /// Reads the whole bundle and lists everything that is wrong: blobs, diffIDs, names, files, record.
    ///
    /// Costs a decompression of every layer and a hash of every file; memory is one digest per line of
    /// `files.jsonl`.
    public func verify() -> VerificationReport {
        var report = VerificationReport(manifestDigest: manifestDigest)
        var expected: [ByteString: FileRecord] = [:]
        do {
            _ = try readRecord()
            try forEachFile { file in
                if file.layer != nil, file.digest != nil { expected[file.path] = file }
            }
            try forEachDirectory { _ in }
            try forEachProcess { _ in }
            try forEachEvent { _ in }
        } catch { Self.note(error, "layer record", &report) }
        for layer in layers {
            do throws(BundleError) {
                try verify(layer, &expected, &report)
                report.layerCount += 1
            } catch { Self.note(error, "layer \(layer.name.rawValue)", &report) }
        }
        for file in expected.values.sorted(by: { $0.path < $1.path }) {
            report.add(
                file.path.description,
                "files.jsonl says that layer \(file.layer?.rawValue ?? "?") holds it, and it does not")
        }
        return report
    }

    private func verify(
        _ layer: LayerDescriptor, _ expected: inout [ByteString: FileRecord],
        _ report: inout VerificationReport
    ) throws(BundleError) {
        let reader = try open(layer, hashesContent: true)
        while let entry = try reader.next() {
            report.entryCount += 1
            if case .other(let flag) = entry.kind {
                report.add(entry.path.description, "its type '\(ByteString([flag]))' is never extracted")
            }
            let path = ByteString([UInt8(ascii: "/")] + entry.path.bytes)
            guard entry.kind == .file, let file = expected[path], file.layer == layer.name else { continue }
            expected[path] = nil
            report.comparedFileCount += 1
            var hasher = ContentHasher()
            while true {
                let piece = try reader.content()
                if piece.isEmpty { break }
                hasher.update(piece)
            }
            if hasher.finish() != file.digest {
                report.add(path.description, "its content differs from the digest in files.jsonl")
            }
        }
        try reader.finish()
    }

    private static func note(_ error: any Error, _ subject: String, _ report: inout VerificationReport) {
        if let error = error as? BundleError {
            report.add(error.subject, error.problem)
        } else {
            report.add(subject, "it cannot be read")
        }
    }
}

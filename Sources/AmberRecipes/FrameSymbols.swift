package import AmberKernel
package import AmberModel

/// Names the functions of frames that a runtime could only tell by module and offset: `<unavailable> + 8036` in `boom`.
///
/// A Swift program that crashes without its backtracer prints so; the module is a file of the run, and its symbol table
/// knows better than `dladdr` did. A stripped module leaves the frame as it was printed.
package enum FrameSymbols {
    private static let unknown = "<unavailable> + "

    /// Tells whether there is something to name.
    package static func isLacking(in signature: FailureSignature) -> Bool {
        signature.frames.contains { offset(of: $0) != nil }
    }

    /// The signature with names.
    ///
    /// - Parameters:
    ///   - signature: As it was read.
    ///   - open: Opens the run's file with this name, without directories.
    /// - Returns: The same frames, in the same order.
    package static func naming(
        _ signature: FailureSignature, open: (String) -> OwnedDescriptor?
    ) -> FailureSignature {
        var signature = signature
        var offsets: [String: Set<UInt64>] = [:]
        for frame in signature.frames {
            guard let offset = offset(of: frame), let module = frame.file else { continue }
            offsets[module, default: []].insert(offset)
        }
        for (module, wanted) in offsets {
            guard let file = open(module), let source = try? ByteSource(descriptor: file.number),
                let image = ElfFile(source)
            else { continue }
            let names = image.functions(at: wanted.sorted())
            for index in signature.frames.indices where signature.frames[index].file == module {
                guard let offset = offset(of: signature.frames[index]), let name = names[offset] else {
                    continue
                }
                signature.frames[index].function = SwiftSymbol.demangled(name) ?? name
            }
        }
        return signature
    }

    /// The address in the module; what is printed is where the call returns to, one behind the call.
    private static func offset(of frame: FailureSignature.Frame) -> UInt64? {
        guard let function = frame.function, function.hasPrefix(unknown), let file = frame.file,
            !file.contains("/"), let offset = UInt64(function.dropFirst(unknown.count)), offset > 0
        else { return nil }
        return offset - 1
    }
}

/// A path for the kernel: bytes with a NUL at the end, made once and used for several calls.
package struct KernelPath: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The bytes, NUL included.
    package let terminated: [CChar]

    /// Takes bytes without NUL; a NUL among them ends the path, as the kernel would see it.
    package init(_ bytes: some Collection<UInt8>) {
        terminated = bytes.map { CChar(bitPattern: $0) } + [0]
    }

    /// Takes an array without NUL, in one copy: the generic way costs a microsecond, as much as the call itself.
    package init(_ bytes: [UInt8]) {
        terminated = [CChar](unsafeUninitializedCapacity: bytes.count + 1) { buffer, filled in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            buffer[bytes.count] = 0
            filled = bytes.count + 1
        }
    }

    /// Takes a part of an array, in one copy too.
    package init(_ bytes: ArraySlice<UInt8>) {
        terminated = [CChar](unsafeUninitializedCapacity: bytes.count + 1) { buffer, filled in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            buffer[bytes.count] = 0
            filled = bytes.count + 1
        }
    }

    /// Takes the UTF-8 of a string.
    package init(_ string: String) { self.init(Array(string.utf8)) }

    /// Takes the UTF-8 of a literal.
    package init(stringLiteral value: String) { self.init(value) }

    package var description: String {
        String(decoding: terminated.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

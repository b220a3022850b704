import CLinux

/// Random bytes of the kernel (getrandom(2)).
package enum KernelRandom {
    /// Tells whether the kernel takes these flags: GRND_NONBLOCK 1, GRND_RANDOM 2, GRND_INSECURE 4, not both of the last.
    package static func accepts(_ flags: UInt64) -> Bool { flags & ~7 == 0 && flags & 6 != 6 }

    /// Draws what one call with these flags would have given, without ever blocking.
    ///
    /// - Returns: The bytes, fewer than asked for where the kernel gives fewer; nil where it would block or refuses.
    package static func draw(_ count: Int, flags: UInt32) -> [UInt8]? {
        let nonBlocking: UInt32 = 1
        var drawn = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard let base = buffer.baseAddress else { return }
            drawn = amber_getrandom(base, count, flags | nonBlocking)
            filled = max(drawn, 0)
        }
        return drawn >= 0 ? bytes : nil
    }

    /// Tells whether a descriptor is one of the kernel's random devices.
    package static func isDevice(_ descriptor: Int32) -> Bool { amber_is_random_device(descriptor) == 1 }
}

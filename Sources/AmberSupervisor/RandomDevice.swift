package import AmberKernel

/// The kernel's random devices (random(4)), given to a program so that reads of them are notified.
///
/// The program gets the real device, under a number from a range that the filter knows. Whatever it does with the
/// descriptor is what it would do with its own: reads that nobody answers, copies, poll(2), and all of it when we die.
package enum RandomDevice {
    /// Numbers that are given: below what programs may have as a rule (1024), above what they have in use.
    static let descriptors: Range<UInt32> = 1000..<1016
    /// Most bytes of one read that are answered here; `cat` reads so many.
    package static let longestRead = 128 << 10

    private static let names: Set<[UInt8]> = [Array("/dev/urandom".utf8), Array("/dev/random".utf8)]
    private static let nonBlocking: UInt64 = 0o4000
    private static let closeOnExec: UInt64 = 0o2000000

    /// Tells whether an open is one of a random device, for reading.
    package static func isNamed(_ call: ObservedCall) -> Bool {
        // O_ACCMODE, O_CREAT, O_PATH and the like: what is not a plain open is the kernel's.
        (11...12).contains(call.path.count) && call.flags & 0o3 == 0 && call.flags & 0o10000100 == 0
            && names.contains(call.path)
    }

    /// Tells whether a call is a read of a descriptor that may be one of these.
    package static func isRead(_ call: ObservedCall, _ raw: RawCall) -> Bool {
        // select(2) has a number there, too.
        call.shape.name == "read" && raw.arguments[0] >= UInt64(descriptors.lowerBound)
            && raw.arguments[0] < UInt64(descriptors.upperBound)
    }

    /// Gives the caller of an open the device, and the number of its descriptor; nil where the kernel shall open it.
    package static func give(_ call: ObservedCall, slot: Int, answerer: Answerer) -> Int32? {
        let place = Array("/proc/\(call.threadID)/root".utf8) + call.path
        let flags = Files.Flag.readOnly | (call.flags & nonBlocking != 0 ? Files.Flag.nonBlocking : 0)
        guard let device = try? Files.open(KernelPath(place), flags), KernelRandom.isDevice(device.number),
            let status = try? Files.status(of: device.number), status.mode & 0o004 != 0
        else { return nil }
        for number in descriptors where !isUsed(Int32(number), call.threadID) {
            return answerer.give(
                slot, descriptor: device.number, as: Int32(number),
                closesOnExec: call.flags & closeOnExec != 0)
                ? Int32(number) : nil
        }
        return nil
    }

    /// What a read of the caller's own device gives; nil where its descriptor is something else, or would block.
    package static func read(_ count: Int, _ raw: RawCall) -> [UInt8]? {
        guard let device = device(raw) else { return nil }
        return try? Files.readSome(device.number, limit: count)
    }

    /// Tells whether the descriptor of a read is a random device.
    package static func isOne(_ raw: RawCall) -> Bool { device(raw) != nil }

    /// The caller's device, opened anew, so that nothing of its own descriptor changes.
    private static func device(_ raw: RawCall) -> OwnedDescriptor? {
        let place = KernelPath("/proc/\(raw.threadID)/fd/\(raw.arguments[0])")
        guard let device = try? Files.open(place, Files.Flag.readOnly | Files.Flag.nonBlocking),
            KernelRandom.isDevice(device.number)
        else { return nil }
        return device
    }

    private static func isUsed(_ number: Int32, _ threadID: Int32) -> Bool {
        (try? Files.readLink(KernelPath("/proc/\(threadID)/fd/\(number)"))) != nil
    }
}

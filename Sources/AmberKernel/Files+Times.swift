import CLinux

extension Files {
    /// Shifts the access and modification time of a file or directory by so many nanoseconds, each where it is from
    /// `since` (nanoseconds since the epoch) to now; what cannot be found or changed stays as it is.
    package static func shiftTimes(_ path: [UInt8], in root: Int32, since: Int64, by offset: Int64) {
        let number = amber_open_place(root, KernelPath(path).terminated)
        guard number >= 0 else { return }
        let place = OwnedDescriptor(adopting: number)
        _ = amber_shift_times(place.number, since, offset)
    }
}

package import AmberKernel

/// One path that the run touched: what it was at first, and what was done with it since.
package struct TouchedFile: Sendable {
    /// What was done with a path.
    package struct Uses: OptionSet, Hashable, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }
        /// Opened for reading.
        package static let read = Uses(rawValue: 1)
        /// Opened for writing, truncated or replaced.
        package static let written = Uses(rawValue: 2)
        /// Read before it was written.
        package static let readFirst = Uses(rawValue: 4)
        /// Started, or an interpreter of what was started.
        package static let executed = Uses(rawValue: 8)
        /// Removed or renamed away.
        package static let removed = Uses(rawValue: 16)
        /// Its metadata was changed.
        package static let attributes = Uses(rawValue: 32)
        /// Opened as a directory.
        package static let listed = Uses(rawValue: 64)
        /// A symbolic link on the way of another path.
        package static let crossed = Uses(rawValue: 256)
        /// Touched only by its metadata: a path in an argument, a literal in a script.
        package static let named = Uses(rawValue: 512)

        /// Anything that changes what a listing shows.
        package static let changes: Uses = [.written, .removed, .attributes]
    }

    /// Number of the path.
    package var path: Int32
    /// What was done.
    package var uses: Uses
    /// What stood there at the first touch; nil where nothing did.
    package var status: FileStatus?
    /// The content as it was, where it had to be kept: index into the keeper's contents; -1 for none.
    package var preImage: Int32 = -1
    /// Number of the event that touched it first.
    package var event: Int32 = 0
    /// Text of a symbolic link, by number of a path; -1 for everything else.
    package var target: Int32 = -1
}

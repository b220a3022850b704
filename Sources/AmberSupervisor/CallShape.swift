/// Where a call's paths and flags are among its arguments.
package struct CallShape: Hashable, Sendable {
    /// The call's name.
    package var name: StaticName
    /// What it does.
    package var action: CallAction
    /// Index of the argument that is the directory descriptor of `path`.
    package var directory: Int?
    /// Index of the argument that points to the path.
    package var path: Int?
    /// Index of the directory descriptor of `second`.
    package var secondDirectory: Int?
    /// Index of the argument that points to the second path.
    package var second: Int?
    /// Index of the flags.
    package var flags: Int?
    /// Index of a descriptor that stands for the path.
    package var descriptor: Int?
    /// True where a last symbolic link is not followed.
    package var isNoFollow = false

    /// A name that costs nothing to copy.
    package struct StaticName: Hashable, Sendable, ExpressibleByStringLiteral {
        /// The text.
        package let text: String
        package init(stringLiteral value: String) { text = value }
    }

    init(
        _ name: StaticName, _ action: CallAction, directory: Int? = nil, path: Int? = nil,
        secondDirectory: Int? = nil, second: Int? = nil, flags: Int? = nil, descriptor: Int? = nil,
        isNoFollow: Bool = false
    ) {
        self.name = name
        self.action = action
        self.directory = directory
        self.path = path
        self.secondDirectory = secondDirectory
        self.second = second
        self.flags = flags
        self.descriptor = descriptor
        self.isNoFollow = isNoFollow
    }
}

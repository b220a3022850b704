/// The small programs in `Tests/Support/Victims`.
enum Victims {
    /// Their directory, found from this file's own place.
    static let path: String = {
        let parts = #filePath.split(separator: "/").dropLast(2)
        return "/" + parts.joined(separator: "/") + "/Support/Victims"
    }()
}

import CLinux
import Glibc

/// Names that the Swift compiler mangles.
package enum SwiftSymbol {
    /// The name for people, `boom.third(boom.Order) -> Swift.Int`; nil for what is no such name.
    ///
    /// Source: the runtime's `swift_demangle`.
    package static func demangled(_ name: String) -> String? {
        guard name.hasPrefix("$s") || name.hasPrefix("$S"), name.utf8.count <= 4096 else { return nil }
        guard let text = amber_swift_demangle(name, name.utf8.count) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}

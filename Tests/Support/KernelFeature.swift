import Glibc
public import Testing

/// Something that a kernel test needs and that this machine may lack.
public struct KernelFeature: Sendable {
    /// The name that `AMBER_MUST_RUN` uses.
    public let name: String
    /// Why it is missing here; nil where it is present.
    let findAbsence: @Sendable () -> String?

    /// Describes a feature.
    public init(name: String, findAbsence: @escaping @Sendable () -> String?) {
        self.name = name
        self.findAbsence = findAbsence
    }

    /// A program on PATH that the tests start.
    public static func program(_ name: String) -> KernelFeature {
        KernelFeature(name: name) {
            let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
            let isThere = path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
            return isThere ? nil : "no program \(name) on PATH"
        }
    }

    /// The rights to become another user.
    public static let root = KernelFeature(name: "root") { getuid() == 0 ? nil : "not root" }

    /// User namespaces that this user may make (user_namespaces(7)).
    public static let userNamespaces = KernelFeature(name: "userNamespaces") {
        var limit = ""
        if let file = fopen("/proc/sys/user/max_user_namespaces", "r") {
            var buffer = [CChar](repeating: 0, count: 32)
            if fgets(&buffer, 32, file) != nil {
                limit = String(
                    decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            fclose(file)
        }
        return limit.hasPrefix("0") ? "user.max_user_namespaces is 0" : nil
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs a test only where every feature is here; `AMBER_MUST_RUN` (names, or `all`) forbids the skip.
    public static func requires(_ features: KernelFeature...) -> Self {
        let mustRun = getenv("AMBER_MUST_RUN").map { String(cString: $0) } ?? ""
        let required = Set(mustRun.split(separator: ",").map(String.init))
        let missing = features.compactMap { feature in feature.findAbsence().map { (feature.name, $0) } }
        let excused = missing.filter { !required.contains("all") && !required.contains($0.0) }
        let reason = excused.map { "\($0.0): \($0.1)" }.joined(separator: "; ")
        return .enabled(if: excused.isEmpty, Comment(rawValue: reason))
    }
}

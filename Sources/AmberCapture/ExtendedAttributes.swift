import AmberKernel
import AmberModel

/// What a bundle does not keep of files: extended attributes and access lists (xattr(7), acl(5)).
enum ExtendedAttributes {
    /// How many of the run's own files have some, as far as they are still there; those of packages are not asked.
    static func carriers(_ files: [SelectedFile]) -> Int {
        files.count { file in
            guard case .present(let path) = file.source,
                file.record.layer == .app || file.record.layer == .inputs
            else { return false }
            return Files.attributeNames(KernelPath(path)).contains {
                $0.hasPrefix("user.") || $0.hasPrefix("system.posix_acl_")
            }
        }
    }
}

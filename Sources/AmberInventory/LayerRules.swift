import AmberModel

/// Which layer a file goes to, by its owner and by where it stands.
enum LayerRules {
    /// Decides; nil where it is the program's or its input, which only the run can tell.
    static func layer(of path: [UInt8], owner: PackageRecord?) -> LayerName? {
        let path = PathText(path)
        switch owner?.ecosystem {
        case .deb, .rpm, .apk:
            // A package's configuration may have been edited: it must not spoil the digest of the shared layer.
            return path.hasPrefix(any: configuration) ? .inputs : .system
        case .pypi, .npm:
            return RuntimePrefixes.isPackage(path) || RuntimePrefixes.isRuntime(path) ? .runtime : nil
        case .maven:
            return RuntimePrefixes.isLibraryJar(path) || RuntimePrefixes.isRuntime(path) ? .runtime : nil
        case .golang:
            return RuntimePrefixes.isModuleCache(path) || RuntimePrefixes.isRuntime(path) ? .runtime : nil
        case .generic, nil:
            if RuntimePrefixes.isRuntime(path) || RuntimePrefixes.isPackage(path) { return .runtime }
            return isGenerated(path) ? .system : nil
        }
    }

    /// Tells whether the system's packages made a file while they were installed: caches, links of alternatives.
    private static func isGenerated(_ path: PathText) -> Bool {
        path.hasPrefix(any: generated)
    }

    private static let configuration = PathText.parts(["/etc/"])
    private static let generated = PathText.parts([
        "/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/", "/usr/bin/", "/usr/sbin/", "/usr/lib/",
        "/usr/lib32/", "/usr/lib64/", "/usr/libx32/", "/usr/libexec/", "/usr/share/", "/usr/include/",
        "/var/cache/fontconfig/", "/var/lib/dpkg/", "/var/lib/apk/", "/var/lib/rpm/",
        "/etc/ld.so.cache", "/etc/alternatives/",
    ])
}

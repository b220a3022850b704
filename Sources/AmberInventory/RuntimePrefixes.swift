/// Where language runtimes and their packages stand when no package of the operating system owns them.
enum RuntimePrefixes {
    /// Tells whether a path is part of a language runtime: an interpreter, a toolchain, its library.
    static func isRuntime(_ path: PathText) -> Bool {
        if path.contains(any: managers) || path.hasPrefix(any: systems) { return true }
        return isToolchain(path, below: "/opt/") || isUsrLocal(path)
    }

    /// Tells whether a path is below a directory that holds installed packages of a language.
    static func isPackage(_ path: PathText) -> Bool { path.contains(any: packages) }

    /// Tells whether a jar is a library that a build tool or an application server put in place.
    static func isLibraryJar(_ path: PathText) -> Bool {
        if path.contains(any: repositories) { return true }
        let directory = path.parent
        return directory == "lib" || directory == "libs" || directory == "jars" || directory == "dependency"
    }

    /// Tells whether a path is in Go's cache of modules.
    static func isModuleCache(_ path: PathText) -> Bool { path.contains(any: caches) }

    /// Version managers' directories, in whosever home.
    private static let managers = PathText.parts([
        "/.pyenv/versions/", "/.nvm/versions/", "/.rbenv/versions/", "/.rustup/toolchains/",
        "/.asdf/installs/",
        "/.sdkman/candidates/", "/.local/share/mise/installs/", "/.local/share/uv/python/", "/.volta/tools/",
        "/.jabba/jdk/", "/.rvm/rubies/", "/.swiftly/toolchains/", "/.local/share/swiftly/toolchains/",
        "/.nodenv/versions/",
        "/.goenv/versions/", "/.plenv/versions/", "/.phpenv/versions/", "/.fnm/node-versions/",
    ])
    private static let systems = PathText.parts([
        "/usr/lib/jvm/", "/usr/java/", "/usr/local/go/", "/nix/store/", "/gnu/store/", "/snap/",
    ])
    private static let packages = PathText.parts([
        "/site-packages/", "/dist-packages/", "/node_modules/", "/pkg/mod/", "/.m2/repository/",
        "/.gradle/caches/",
        "/.cargo/registry/", "/vendor/bundle/", "/gems/",
    ])
    private static let repositories = PathText.parts([
        "/.m2/repository/", "/.gradle/caches/", "/maven-repo/", "/usr/share/java/", "/WEB-INF/lib/",
        "/.ivy2/",
        "/coursier/",
    ])

    private static let caches = PathText.parts(["/pkg/mod/"])

    /// Names below `/opt` that are a language's, followed by its version or nothing: `jdk-21`, `node`, `python3.12`.
    private static let toolchains = [
        "jdk", "jre", "java", "openjdk", "graalvm", "node", "nodejs", "python", "pypy", "conda", "miniconda",
        "anaconda",
        "miniforge", "mambaforge", "go", "golang", "swift", "ruby", "perl", "php", "dotnet", "erlang",
        "elixir", "julia",
        "rust", "ghc", "scala", "kotlin", "maven", "gradle", "intel", "cuda", "rh", "homebrew",
    ]

    private static func isToolchain(_ path: PathText, below directory: String) -> Bool {
        guard let name = path.component(below: directory) else { return false }
        return toolchains.contains(name.prefix { $0.isLetter }.lowercased())
    }

    /// `/usr/local`, where the official container images of Python, Node and Ruby have their runtime.
    private static func isUsrLocal(_ path: PathText) -> Bool {
        for directory in ["/usr/local/lib/", "/usr/local/bin/", "/usr/local/include/"] {
            guard let name = path.component(below: directory) else { continue }
            return locals.contains { runtime in
                guard name.hasPrefix(runtime) else { return false }
                let rest = name.dropFirst(runtime.count)
                return rest.first?.isLetter != true && rest.first != "-"
            }
        }
        return false
    }

    private static let locals = [
        "python", "libpython", "pip", "node", "node_modules", "npm", "npx", "corepack", "ruby", "libruby",
        "gem", "bundle",
        "perl", "php", "libphp", "go",
    ]
}

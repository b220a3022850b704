import Testing

@testable import AmberRecipes

@Suite struct GlobSetTests {
    private static let patterns = [
        "/usr/lib/python3*/**", "~/.ssh/**", "**/*.pem", "*", "id_rsa*", "/etc/shadow", "**/[a-c]x/?", "/",
        "?", "**",
        "/home/*/.gnupg/**", "**/node_modules/**", "a", "**/.env", "/opt/[0-9]*/lib/*.so.*",
    ]
    private static let paths =
        [
            "/usr/lib/python3.11/json/__init__.py", "/root/.ssh/id_rsa", "/srv/key.pem", "id_rsa.pub",
            "/etc/shadow",
            "/etc/shadow-", "/a/bx/y", "/a/dx/y", "/", "", "a", "x", "/home/u/.gnupg/ring",
            "/w/node_modules/left/i.js",
            "/w/.env", "/opt/7z/lib/a.so.1", "/opt/z/lib/a.so.1", "/\u{fc}/\n/.env",
        ].map { Array($0.utf8) } + [[0xFF, 0xFE, 0x2F], Array(repeating: 0x2F, count: 4096)]

    @Test("a set fits a path when one of its patterns does", arguments: patterns)
    func agreesWithEach(_ pattern: String) {
        for path in Self.paths {
            #expect(GlobSet([Glob(pattern)]).matches(path) == Glob(pattern).matches(path), "\(path)")
        }
    }

    @Test("many patterns together find what each finds alone")
    func together() {
        // Without those that fit everything.
        let globs = Self.patterns.filter { !["*", "**", "?"].contains($0) }.map { Glob($0) }
        let set = GlobSet(globs)
        for path in Self.paths {
            #expect(set.matches(path) == globs.contains { $0.matches(path) }, "\(path)")
        }
    }

    @Test("an empty set fits nothing")
    func empty() {
        #expect(!GlobSet([]).matches(Array("/etc/passwd".utf8)))
    }
}

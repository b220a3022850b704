/// Tells which environment variables look like secrets, and masks them where people read.
///
/// Names decide first (`*PASSWORD*`, `*_TOKEN`, …: data in the recipes), then the value itself: a URL with a password in
/// it, a private key, the known prefixes of access tokens. This is for display; it is no promise that the rest is
/// harmless.
package struct SecretNames: Sendable {
    /// What stands in place of a secret.
    package static let mask = "••••••"

    private let names: [Glob]

    /// Collects the names from all recipes.
    package init(recipes: [Recipe]) {
        names = recipes.flatMap(\.secretNames).map { Glob(Self.lowercased($0.source)) }
    }

    /// Tells whether a variable of this name holds a secret, whatever its value.
    package func isSecret(name: some StringProtocol) -> Bool {
        let bytes = Array(Self.lowercased(String(name)).utf8)
        return names.contains { $0.matches(bytes) }
    }

    /// Tells whether an entry `KEY=value` holds a secret; an entry without `=` is looked at as a name.
    package func isSecret(entry: some StringProtocol) -> Bool { masked(entry: entry) != String(entry) }

    /// The entry for display: `KEY=••••••`, or `KEY=postgres://user:••••••@host` where only a part is secret.
    package func masked(entry: some StringProtocol) -> String {
        guard let equals = entry.firstIndex(of: "=") else {
            return isSecret(name: entry) ? Self.mask : String(entry)
        }
        let name = entry[..<equals]
        let value = entry[entry.index(after: equals)...]
        return "\(name)=\(masked(value: value, of: name))"
    }

    /// A value for display; an empty one stays empty, because that is evidence.
    package func masked(value: some StringProtocol, of name: some StringProtocol) -> String {
        guard !value.isEmpty else { return "" }
        if Self.hasSecretForm(value) { return Self.mask }
        let url = Self.maskingUserInfo(String(value))
        // A URL is known to be one: its password is masked, the host that failed stays readable.
        if url != String(value) { return url }
        return isSecret(name: name) ? Self.mask : String(value)
    }

    /// Masks the password of every `scheme://user:password@host` in a text.
    package static func maskingUserInfo(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let scheme = rest.firstRange(of: "://") {
            let authority = rest[scheme.upperBound...].prefix { !"/?# \t\n\"'<>".contains($0) }
            result += rest[..<scheme.upperBound]
            if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") {
                result += authority[...colon] + mask + authority[at...]
            } else {
                result += authority
            }
            rest = rest[authority.endIndex...]
        }
        return result + rest
    }

    /// Prefixes that access tokens have so that scanners find them, with the least length of a whole token.
    private static let tokenPrefixes: [(prefix: String, least: Int)] = [
        ("ghp_", 36), ("gho_", 36), ("ghs_", 36), ("github_pat_", 40), ("glpat-", 20), ("xoxb-", 20),
        ("xoxp-", 20),
        ("sk_live_", 20), ("rk_live_", 20), ("sk-", 32), ("AKIA", 20), ("ASIA", 20), ("AIza", 35),
        ("npm_", 36),
        ("pypi-", 40), ("dop_v1_", 40), ("hvs.", 24), ("eyJhbGciOi", 40), ("SG.", 40),
        ("AGE-SECRET-KEY-1", 50),
    ]

    private static func hasSecretForm(_ value: some StringProtocol) -> Bool {
        if value.hasPrefix("-----BEGIN "), SecretPaths.looksLikePrivateKey(Array(value.utf8.prefix(4096))) {
            return true
        }
        return tokenPrefixes.contains { value.hasPrefix($0.prefix) && value.utf8.count >= $0.least }
    }

    /// Small letters for ASCII; names outside ASCII match as they are.
    private static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}

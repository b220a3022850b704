import AmberModel
import Testing

@Suite struct RubyFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "ruby-3.1-extension-crash", by: "/usr/bin/ruby3.1", .signaled(signal: 6), runtime: "ruby",
            type: "[BUG]", message: "Segmentation fault at <address>", frames: "?@run.rb:2 (1)"),
        Fixture(
            "ruby-3.1-err", by: "/usr/bin/ruby", .exited(code: 1), runtime: "ruby", type: "KeyError",
            message: "key not found: :price",
            frames: "fetch@err.rb:4 < price@err.rb:4 < block in total@err.rb:2 < map@err.rb:2 (6)"),
        Fixture(
            "ruby-3.1-nomethod", by: "/usr/bin/ruby", .exited(code: 1), runtime: "ruby",
            type: "NoMethodError", message: "undefined method `upcase' for nil:NilClass",
            frames: "f@nomethod.rb:2 < <main>@nomethod.rb:4 (2)"),
        Fixture(
            "ruby-3.1-cause", by: "/usr/bin/ruby", .exited(code: 1), runtime: "ruby", type: "ArgumentError",
            message: #"invalid value for Integer(): "abc""#,
            frames: "Integer@cause.rb:2 < load@cause.rb:2 < <main>@cause.rb:6 < rescue in load@cause.rb:4 (6)"
        ),
        Fixture(
            "ruby-3.1-multi", by: "/usr/bin/ruby", .exited(code: 1), runtime: "ruby", type: "ArgumentError",
            message: "first", frames: "<main>@multi.rb:1 (1)"),
        Fixture(
            "ruby-3.1-syntax", by: "/usr/bin/ruby", .exited(code: 1), runtime: "ruby", type: "SyntaxError",
            message: "unexpected integer literal, expecting ')'", frames: "?@syntax.rb:2 (1)"),
        Fixture(
            "ruby-3.1-require", by: "/usr/bin/ruby", .exited(code: 1), runtime: "ruby", type: "LoadError",
            message: "cannot load such file -- nosuch",
            frames: "require@kernel_require.rb:85 < <main>@require.rb:1 (2)"),
        Fixture(
            "ruby-3.1-abort", by: "/usr/bin/ruby", .exited(code: 1), runtime: nil, type: nil,
            message: "fatal: no config", frames: "none"),
        Fixture(
            "ruby-3.1-nomsg", by: "/usr/bin/ruby", .exited(code: 1), runtime: "ruby", type: "MyErr",
            message: "MyErr", frames: "<main>@nomsg.rb:2 (1)"),
        Fixture(
            "ruby-3.1-deep", by: "/usr/bin/ruby", .exited(code: 1), runtime: "ruby", type: "SystemStackError",
            message: "stack level too deep", frames: "f@deep.rb:1 < <main>@deep.rb:2 (2)"),
        Fixture(
            "doc-ruby-3.4-uncaught", by: "/usr/bin/ruby3.4", .exited(code: 1), runtime: "ruby",
            type: "KeyError", message: "key not found: :price",
            frames:
                "Hash#fetch@err.rb:4 < Cart#price@err.rb:4 < block in Cart#total@err.rb:2 < Array#map@err.rb:2 (6)"
        ),
        Fixture(
            "doc-ruby-2.6-terminal", by: "/usr/bin/ruby", .exited(code: 1), runtime: "ruby", type: "KeyError",
            message: "key not found: :price", frames: "price@err.rb:4 < total@err.rb:2 < <main>@err.rb:7 (3)"),
    ]

    @Test(arguments: fixtures)
    func `a Ruby failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}

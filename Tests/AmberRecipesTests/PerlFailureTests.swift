import AmberModel
import Testing

@Suite struct PerlFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "perl-5.36-die", by: "/usr/bin/perl", .exited(code: 255), runtime: "perl", type: nil,
            message: "no price for tea", frames: "?@die.pl:2 (1)"),
        Fixture(
            "perl-5.36-confess", by: "/usr/bin/perl", .exited(code: 255), runtime: "perl", type: nil,
            message: "bad state",
            frames: "?@confess.pl:2 < main::inner@confess.pl:3 < main::outer@confess.pl:4 (3)"),
        Fixture(
            "perl-5.36-method", by: "/usr/bin/perl", .exited(code: 255), runtime: "perl", type: nil,
            message: #"Can't call method "run" on an undefined value"#, frames: "?@method.pl:1 (1)"),
        Fixture(
            "perl-5.36-newline", by: "/usr/bin/perl", .exited(code: 255), runtime: nil, type: nil,
            message: "plain message", frames: "none"),
        Fixture(
            "perl-5.36-syntax", by: "/usr/bin/perl", .exited(code: 255), runtime: "perl", type: nil,
            message: "syntax error", frames: "?@syntax.pl:1 (1)"),
        Fixture(
            "perl-5.36-missing", by: "/usr/bin/perl", .exited(code: 2), runtime: "perl", type: nil,
            message:
                "Can't locate Foo/Missing.pm in @INC (you may need to install the Foo::Missing module) (@INC contains: /etc/perl /usr/local/lib/x86_64-linux-gnu/perl/5.36.0 /usr/local/share/perl/5.36.0 /usr/lib/x86_64-linux-gnu/perl5/5.36 /usr/share/perl5 /usr/lib/x86_64-linux-gnu/perl-base /usr/lib/x86_64-linux-gnu/perl/5.36 /usr/share/perl/5.36 /usr/local/lib/site_perl)",
            frames: "?@missing.pl:1 (1)"),
        Fixture(
            "perl-5.36-input", by: "/usr/bin/perl", .exited(code: 25), runtime: "perl", type: nil,
            message: "bad record", frames: "?@input.pl:1 (1)"),
        Fixture(
            "perl-5.36-warned", by: "/usr/bin/perl", .exited(code: 2), runtime: nil, type: nil,
            message: "done with errors", frames: "none"),
        Fixture(
            "perl-5.36-die", by: "/bin/sh", .exited(code: 255), runtime: "perl", type: nil,
            message: "no price for tea", frames: "?@die.pl:2 (1)"),
    ]

    @Test(arguments: fixtures)
    func `a Perl failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}

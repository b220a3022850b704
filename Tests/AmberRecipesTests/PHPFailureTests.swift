import AmberModel
import Testing

@Suite struct PHPFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "php-8.2-uncaught", by: "/usr/bin/php", .exited(code: 255), runtime: "php",
            type: "DomainException", message: "no price",
            frames: "?@uncaught.php:4 < Cart->price@uncaught.php:3 < Cart->total@uncaught.php:6 (3)"),
        Fixture(
            "php-8.2-type", by: "/usr/bin/php", .exited(code: 255), runtime: "php", type: "TypeError",
            message:
                "f(): Argument #1 ($x) must be of type int, string given, called in /tmp/fx/other/php/type.php on line 3 and defined",
            frames: "?@type.php:2 < f@type.php:3 (2)"),
        Fixture(
            "php-8.2-chain", by: "/usr/bin/php", .exited(code: 255), runtime: "php", type: "Exception",
            message: "inner",
            frames: "?@chain.php:2 < load@chain.php:3 < ?@chain.php:2 < load@chain.php:3 (4)"),
        Fixture(
            "php-8.2-parse", by: "/usr/bin/php", .exited(code: 255), runtime: "php", type: "Parse error",
            message: #"syntax error, unexpected token ";""#, frames: "?@parse.php:2 (1)"),
        Fixture(
            "php-8.2-require", by: "/usr/bin/php", .exited(code: 255), runtime: "php", type: "Error",
            message: "Failed opening required 'nosuch.php' (include_path='.:/usr/share/php')",
            frames: "?@require.php:2 (1)"),
        Fixture(
            "php-8.2-memory", by: "/usr/bin/php", .exited(code: 255), runtime: "php", type: "Fatal error",
            message: "Allowed memory size of 2097152 bytes exhausted (tried to allocate 10002432 bytes)",
            frames: "?@memory.php:2 (1)"),
        Fixture(
            "php-8.2-uncaught_logged", by: "/usr/bin/php", .exited(code: 255), runtime: "php",
            type: "DomainException", message: "no price",
            frames: "?@uncaught.php:4 < Cart->price@uncaught.php:3 < Cart->total@uncaught.php:6 (3)"),
        Fixture(
            "php-8.2-uncaught_stdout", by: "/usr/bin/php", .exited(code: 255), runtime: "php",
            type: "DomainException", message: "no price",
            frames: "?@uncaught.php:4 < Cart->price@uncaught.php:3 < Cart->total@uncaught.php:6 (3)"),
        Fixture(
            "doc-php-log", by: "/usr/bin/php-fpm8.2", .exited(code: 255), runtime: "php",
            type: "PDOException", message: "SQLSTATE[HY000] [2002] Connection refused",
            frames: "?@db.php:7 < PDO->__construct@db.php:7 < connect@?:? (3)"),
    ]

    @Test(arguments: fixtures)
    func `a PHP failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}

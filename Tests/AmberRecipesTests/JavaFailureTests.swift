import AmberModel
import Testing

@Suite struct JavaFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "java-17-npe", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.NullPointerException",
            message: #"Cannot invoke "String.length()" because "<local3>" is null"#,
            frames: "Main.main@Main.java:11 (1)"),
        Fixture(
            "java-17-cause", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.NumberFormatException", message: #"For input string: "abc""#,
            frames:
                "java.base/java.lang.NumberFormatException.forInputString@NumberFormatException.java:67 < java.base/java.lang.Integer.parseInt@Integer.java:668 < java.base/java.lang.Integer.parseInt@Integer.java:786 < Main.parse@Main.java:4 (6)"
        ),
        Fixture(
            "java-17-suppressed", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.IllegalArgumentException", message: #"first\#nsecond line"#,
            frames: "Main.main@Main.java:13 (1)"),
        Fixture(
            "java-17-lambda", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.IndexOutOfBoundsException", message: "Index: 3 Size: 1",
            frames:
                "java.base/java.util.ImmutableCollections$AbstractImmutableList.outOfBounds@ImmutableCollections.java:333 < java.base/java.util.ImmutableCollections$List12.get@ImmutableCollections.java:585 < Main.lambda$main$0@Main.java:14 < Main.main@Main.java:14 (4)"
        ),
        Fixture(
            "java-17-reflect", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.NumberFormatException", message: #"For input string: "x""#,
            frames:
                "java.base/java.lang.NumberFormatException.forInputString@NumberFormatException.java:67 < java.base/java.lang.Integer.parseInt@Integer.java:668 < java.base/java.lang.Integer.parseInt@Integer.java:786 < Main.parse@Main.java:4 (9)"
        ),
        Fixture(
            "java-17-thread", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.RuntimeException", message: "worker died",
            frames: "Main.lambda$main$1@Main.java:16 < java.base/java.lang.Thread.run@Thread.java:840 (2)"),
        Fixture(
            "java-17-overflow", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.StackOverflowError", message: nil,
            frames:
                "java.base/java.lang.StringLatin1.equals@StringLatin1.java:95 < java.base/java.lang.String.equals@String.java:1832 < Main.main@Main.java:10 < Main.main@Main.java:17 (4)"
        ),
        Fixture(
            "java-17-printed", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.NumberFormatException", message: #"For input string: "q""#,
            frames:
                "java.base/java.lang.NumberFormatException.forInputString@NumberFormatException.java:67 < java.base/java.lang.Integer.parseInt@Integer.java:668 < java.base/java.lang.Integer.parseInt@Integer.java:786 < Main.parse@Main.java:4 (6)"
        ),
        Fixture(
            "java-17-error", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.NoSuchMethodError", message: "'void lib.Util.gone()'",
            frames: "Main.main@Main.java:19 (1)"),
        Fixture(
            "java-17-nomsg", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.UnsupportedOperationException", message: nil,
            frames: "Main.main@Main.java:20 (1)"),
        Fixture(
            "java-17-oom", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.OutOfMemoryError", message: "Java heap space",
            frames: "Main.main@Main.java:22 (1)"),
        Fixture(
            "java-17-noclass", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.ClassNotFoundException", message: "Missing", frames: "none"),
        Fixture(
            "java-17-nojar", by: "/usr/bin/java", .exited(code: 1), runtime: "java", type: "launcher error",
            message: "none.jar", frames: "none"),
        Fixture(
            "java-17-segv", by: "/usr/bin/java", .signaled(signal: 6), runtime: "java", type: "SIGSEGV",
            message: nil, frames: "Unsafe_GetByte+0x12c@libjvm.so:? (1)"),
        Fixture(
            "doc-java-8-generated", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.ArithmeticException", message: "/ by zero",
            frames:
                "Main.lambda$main$0@Main.java:5 < Main$$Lambda.run@Unknown Source:? < sun.reflect.GeneratedMethodAccessor.invoke@Unknown Source:? < com.sun.proxy.$Proxy.call@Unknown Source:? (6)"
        ),
        Fixture(
            "doc-java-21-generated", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.ArithmeticException", message: "/ by zero",
            frames:
                "app//Main.lambda$main$0@Main.java:5 < app//Main$$Lambda.run@Unknown Source:? < java.base@21.0.2/java.lang.Thread.run@Thread.java:1583 < app//Main.main@Main.java:6 (4)"
        ),
        Fixture(
            "java-17-executor", by: "/usr/bin/java", .exited(code: 1), runtime: "java",
            type: "java.lang.NumberFormatException", message: #"For input string: "z""#,
            frames:
                "java.base/java.lang.NumberFormatException.forInputString@NumberFormatException.java:67 < java.base/java.lang.Integer.parseInt@Integer.java:668 < java.base/java.lang.Integer.parseInt@Integer.java:786 < Gen.lambda$main$0@Gen.java:4 (11)"
        ),
    ]

    @Test(arguments: fixtures)
    func `a Java failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}

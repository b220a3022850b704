import AmberModel
import AmberTestSupport
import Testing

/// `amber debug` where several JVMs are in one run.
struct JavaDebugPipelineTests {
    private static let files = [
        "Fine.java": "class Fine { public static void main(String[] a) { System.out.println(\"fine\"); } }",
        "Bad.java": """
        class Bad {
            static int parse(String text) { return Integer.parseInt(text); }
            public static void main(String[] a) { parse(System.getenv("JAVA_TOOL_OPTIONS") == null ? "x9" : "own"); }
        }
        """,
        "Parent.java": """
        class Parent {
            public static void main(String[] a) throws Exception {
                int code = new ProcessBuilder("java", "-cp", ".", "Fine").inheritIO().start().waitFor();
                code += new ProcessBuilder("java", "-cp", ".", "Bad").inheritIO().start().waitFor();
                System.exit(code);
            }
        }
        """,
    ]

    @Test(
        .requires(.program("javac"), .program("jdb")),
        arguments: [
            "sh -c 'java -cp . Fine && java -cp . Bad'", "java -cp . Parent",
        ])
    func `of several JVMs the one that failed gets the debugger, and the others run`(_ command: String) throws
    {
        let run = try DebugCase(
            files: Self.files, preparation: "javac -g *.java", command)
        let (text, _) = try run.debug("-- -c where -c quit")
        #expect(text.contains("Bad.parse (Bad.java:2)"), "\(text)")
        #expect(!text.contains("transport error"), "\(text)")
    }

    @Test(.requires(.program("javac"), .program("jdb")))
    func `recorded options of the JVM hold in all of them`() throws {
        let main = "public static void main(String[] a)"
        let run = try DebugCase(
            files: [
                "Fine.java": """
                class Fine { \(main) { if (System.getProperty("mine") == null) System.exit(5); } }
                """,
                "Bad.java": """
                class Bad { \(main) { if (System.getProperty("mine") != null) Integer.parseInt("x9"); } }
                """,
            ],
            preparation: "javac -g *.java", "sh -c 'java -cp . Fine && java -cp . Bad'",
            environment: "JAVA_TOOL_OPTIONS=-Dmine=1")
        let (text, _) = try run.debug("-- -c where -c quit")
        #expect(text.contains("Bad.main (Bad.java:1)"), "\(text)")
    }

    @Test(.requires(.program("javac"), .program("gcc"), .program("gdb")))
    func `gdb stands in the native method that crashed the JVM, past the signals that it lives by`() throws {
        let run = try DebugCase(
            files: [
                "Native.java": """
                public class Native {
                    static native int crash(int[] a);
                    public static void main(String[] x) {
                        System.load(System.getProperty("user.dir") + "/libn.so");
                        crash(new int[2]);
                    }
                }
                """,
                "n.c": """
                static int inner(volatile int *p) { return *p; }
                int Java_Native_crash(void *environment, void *class, void *a) { return inner(0); }
                """,
            ],
            preparation: "javac -g Native.java; gcc -g -O0 -shared -fPIC n.c -o libn.so", "java -cp . Native")
        let (text, _) = try run.debug("-- -batch -ex bt")
        #expect(text.contains("SIGABRT") && text.contains("inner (p=0x0) at n.c:1"), "\(text)")
    }
}

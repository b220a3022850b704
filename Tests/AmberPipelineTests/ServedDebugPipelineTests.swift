import AmberModel
import AmberTestSupport
import Testing

/// `amber debug` through a forwarded port: Node's inspector, the JVM's JDWP, debugpy.
struct ServedDebugPipelineTests {
    private static let node = [
        "job.js": """
        function parse(row) {
          const width = row.length * 11;
          if (!/^\\d+$/.test(row)) throw new RangeError('bad row ' + row);
          return Number(row);
        }
        try { parse('zz'); } catch {}
        console.log(process.argv.slice(2).map(parse));
        """
    ]

    @Test(.requires(.program("node"))) func `node inspect stands where the exception is thrown`() throws {
        let run = try DebugCase(files: Self.node, "node job.js 1 x7")
        let (text, _) = try run.debug("", input: "exec width * 2\nbt\n.exit\n")
        #expect(text.contains("job.js:3") && text.contains("debug> 44"), "\(text)")
        #expect(text.contains("#0 parse"), "\(text)")
        #expect(text.contains("node inspect 127.0.0.1:") && text.contains("chrome://inspect"), "\(text)")
    }

    @Test(.requires(.program("node"))) func `node can be stepped from its first line to the failure`() throws
    {
        let run = try DebugCase(files: Self.node, "node job.js 1 x7")
        let (text, _) = try run.debug("--at start", input: "sb(4)\nc\nexec width\nc\nexec width * 2\n.exit\n")
        #expect(text.contains("> 1 debugger;function parse") && text.contains("debug> 11"), "\(text)")
        #expect(text.contains("debug> 44"), "\(text)")
    }

    @Test(.requires(.program("node"), .program("python3"), .root), arguments: [nil, "nobody"])
    func `the inspector answers through the port, a breakpoint hits and its scope is read`(
        _ user: String?
    ) throws {
        let run = try DebugCase(files: Self.node, "node job.js 1 x7")
        let end = try run.serve(
            "--dap 0", until: "the inspector is at",
            client: "python3 \(DebugCase.client("inspector.py")) $PORT 'job.js$' 4", as: user)
        #expect(end.status == 0, "\(end.outputText)\(end.errorText)")
        #expect(end.outputText.contains("stopped in parse line 4"), "\(end.outputText)")
        #expect(end.outputText.contains("row = 1\nwidth = 11\n"), "\(end.outputText)")
    }

    @Test(.requires(.program("node"))) func `of several Node processes the one that failed is debugged`()
        throws
    {
        var files = Self.node
        files["outer.js"] = """
            const { spawnSync } = require('child_process');
            spawnSync('node', ['job.js', '5'], { stdio: 'inherit' });
            process.exit(spawnSync('node', ['job.js', 'x9'], { stdio: 'inherit' }).status);
            """
        let run = try DebugCase(files: files, "node outer.js")
        let (text, _) = try run.debug("-- -c 'exec row' -c .exit")
        #expect(text.contains("debug> 'x9'"), "\(text)")
    }

    @Test(
        .requires(.program("node")),
        arguments: [
            ("await load('x7');", "top-level"),
            ("load('x7').catch(e => { console.error(e); process.exit(3); });", "caught"),
        ])
    func `a rejection that is awaited or caught is found by what was recorded of it`(
        _ line: String, _ kind: String
    ) throws {
        let script = """
            async function load(row) {
              const width = row.length * 11;
              await null;
              if (row.startsWith('x')) throw new TypeError('bad ' + row);
              return width;
            }
            \(line)
            """
        let run = try DebugCase(files: ["job.mjs": script], "node job.mjs")
        let (text, _) = try run.debug("-- -c 'exec width' -c .exit")
        #expect(text.contains("job.mjs:4") && text.contains("debug> 22"), "\(kind): \(text)")
    }

    private static let java = [
        "App.java": """
        public class App {
            static int parse(String row) {
                int width = row.length() * 11;
                if (row.startsWith("x")) throw new IllegalStateException("bad row " + row);
                return Integer.parseInt(row);
            }
            public static void main(String[] arguments) {
                int sum = 0;
                for (String row : arguments) sum += parse(row);
                System.out.println(sum);
            }
        }
        """
    ]

    @Test(.requires(.program("javac"), .program("jdb"), .root), arguments: [nil, "nobody"])
    func `jdb stops at the uncaught exception, and shows the frame's locals`(_ user: String?) throws {
        let run = try DebugCase(
            files: Self.java, preparation: "javac -g App.java",
            "java -Xshare:auto -XX:TieredStopAtLevel=1 -cp . App 1 x7")
        let (text, _) = try run.debug("", input: "where\nlocals\nquit\n", as: user)
        #expect(text.contains("Exception occurred: java.lang.IllegalStateException (uncaught)"), "\(text)")
        #expect(text.contains("[1] App.parse (App.java:4)"), "\(text)")
        #expect(text.contains("row = \"x7\"") && text.contains("width = 22"), "\(text)")
        #expect(text.contains("jdb -attach 127.0.0.1:"), "\(text)")
    }

    private static let python = [
        "job.py": """
        import sys
        import tables
        for row in sys.argv[1:]:
            print(tables.parse(row))
        """,
        "packages/tables/__init__.py": """
        def parse(row):
            width = len(row) * 11
            return int(row)
        """,
    ]

    @Test(.requires(.debugpy, .root), arguments: [nil, "nobody"])
    func `a DAP client over debugpy hits a breakpoint in a package and evaluates there`(
        _ user: String?
    ) throws {
        let run = try DebugCase(
            files: Self.python, "python3 job.py 1 x7", environment: "PYTHONPATH=$PWD/packages")
        let file = run.session.site.place + "/packages/tables/__init__.py"
        let end = try run.serve(
            "--dap 0", until: "debugpy waits",
            client: "python3 \(DebugCase.client("dap.py")) $PORT \(file) 3 'width * 2'", as: user,
            path: DebugCase.debugpyPath + (user == nil ? "" : DebugCase.lentDebugpy))
        #expect(end.status == 0, "\(end.outputText)\(end.errorText)")
        #expect(
            end.outputText.contains("stopped: breakpoint\nframe: parse line 3\nvalue: 22"),
            "\(end.outputText)")
    }

    @Test(.requires(.program("node"))) func `an editor gets an entry that attaches, beside its own`() throws {
        let run = try DebugCase(files: Self.node, "node job.js x7")
        let end = try run.serve(
            "--vscode", until: "launch.json",
            client: "cat $DESK/.vscode/launch.json",
            path: """
                DESK=${OUT%/*}; cd $DESK; mkdir .vscode
                echo '{"version": "0.2.0", "configurations": [{"name": "mine", "type": "node"}]}' > .vscode/launch.json

                """)
        #expect(end.outputText.contains("\"name\" : \"Amber: run.amber\""), "\(end.outputText)")
        #expect(end.outputText.contains("\"name\" : \"mine\""), "\(end.outputText)")
        #expect(end.outputText.contains("\"request\" : \"attach\""), "\(end.outputText)")
    }

    @Test(.requires(.program("node"))) func `a launch file with comments is left alone`() throws {
        let run = try DebugCase(files: Self.node, "node job.js x7")
        let (text, status) = try run.debug(
            "--vscode",
            path: "cd ${OUT%/*}; mkdir .vscode; echo '{ // mine' > .vscode/launch.json\n")
        #expect(text.contains("is not plain JSON") && status == 2, "\(text)")
    }
}

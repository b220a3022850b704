import AmberModel
import AmberTestSupport
import Testing

/// Python programs.
struct PythonPipelineTests {
    @Test(.requires(.program("python3"), .pythonPackages))
    func `a traceback from a pinned third-party package comes back`() throws {
        try PipelineCase(
            files: [
                "job.py": """
                import json, os, sys
                sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
                import six
                print(six.ensure_text(json.load(open("settings.json"))["name"]))
                """,
                "settings.json": #"{"name": 5}"#,
            ], preparation: "cp -r \(PythonPackages.directory) lib", command: ["python3", "job.py"],
            runtime: "python",
            type: "TypeError", cure: .file("settings.json", #"{"name": "five"}"#)
        ).check()
    }

    @Test(.requires(.program("python3")))
    func `the first python3 on the caller's path comes back, shims and all`() throws {
        try PipelineCase(
            files: ["job.py": "import json\njson.loads(open('feed.json').read())\n", "feed.json": "{bad"],
            command: ["sh", "-c", "PATH=$CALLERS_PATH; exec python3 job.py"],
            environment: ["CALLERS_PATH=" + PythonPackages.callersPath], runtime: "python",
            type: "json.decoder.JSONDecodeError", cure: .file("feed.json", "{}")
        ).check()
    }

    @Test(.requires(.program("python3"))) func `a worker of a process pool fails as it did`() throws {
        try PipelineCase(
            files: [
                "pool.py": """
                import multiprocessing
                def convert(line):
                    return int(line)
                if __name__ == "__main__":
                    with multiprocessing.Pool(3) as pool:
                        print(sum(pool.map(convert, open("numbers"))))
                """, "numbers": "1\n2\nthree\n4\n",
            ], command: ["python3", "pool.py"], runtime: "python", type: "ValueError", isVarying: true,
            cure: .file("numbers", "1\n2\n3\n4\n")
        ).check()
    }

    @Test(.requires(.program("python3"))) func `a database in WAL mode is as it was before the run`() throws {
        try PipelineCase(
            files: [
                "make.py": """
                import os, sqlite3
                base = sqlite3.connect("ledger.db", isolation_level=None)
                base.execute("pragma journal_mode = wal")
                base.execute("create table ledger (id integer primary key, amount integer)")
                base.execute("insert into ledger values (1, 700), (2, 30)")
                os._exit(0)  # the log stays behind, as after a crash
                """,
                "post.py": """
                import os, sqlite3
                base = sqlite3.connect("ledger.db")
                total = base.execute("select sum(amount) from ledger").fetchone()[0]
                base.execute("insert into ledger values (?, ?)", (3, total))
                base.commit()
                assert total < int(os.environ["LIMIT"]), "the ledger holds %d" % total
                """,
            ], preparation: "python3 make.py && test -s ledger.db-wal", command: ["python3", "post.py"],
            environment: ["LIMIT=500"], runtime: "python", type: "AssertionError", cure: .set("LIMIT=1000")
        ).check()
    }

    @Test(.requires(.program("python3"))) func `an exception in a thread comes back`() throws {
        try PipelineCase(
            files: [
                "threads.py": """
                import os, sys, threading
                failed = []
                def hook(arguments):
                    failed.append(arguments)
                    threading.__excepthook__(arguments)
                threading.excepthook = hook
                thread = threading.Thread(target=lambda: {}[os.environ.get("KEY", "none")] if "FIXED" not in os.environ else 0)
                thread.start()
                thread.join()
                sys.exit(1 if failed else 0)
                """
            ], command: ["python3", "threads.py"], runtime: "python", type: "KeyError", cure: .set("FIXED=1")
        ).check()
    }
}

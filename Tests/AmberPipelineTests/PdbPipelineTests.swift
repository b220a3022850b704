import AmberModel
import AmberTestSupport
import Testing

/// `amber debug` of Python programs: pdb out of the bundle, with the original files gone.
@Suite(.requires(.program("python3")))
struct PdbPipelineTests {
    private static let files = [
        "job.py": """
        import sys
        import tables
        for row in sys.stdin:
            print(tables.parse(row.strip()))
        """,
        "packages/tables/__init__.py": """
        def parse(row):
            width = len(row) * 11
            return int(row)
        """,
    ]

    /// Captures the job, hides the files, and gives `input` to the debugger.
    private func debug(
        _ options: String, input: String = "", environment: String = "PYTHONPATH=$PWD/packages",
        as user: String? = nil
    ) throws -> (text: String, status: Int32) {
        let session = try AmberSession(Self.files)
        _ = try session.shell(
            "printf '1\\nx7\\n' | (\(environment) amber capture --output $OUT -- python3 job.py) > out 2> err"
        )
        #expect(session.hasBundle)
        try session.site.hide()
        let end =
            if let user {
                try session.shell(
                    """
                    chmod 644 $OUT; mkdir ${OUT%/*}/theirs; chmod 777 ${OUT%/*}/theirs
                    HOME=${OUT%/*}/theirs XDG_CACHE_HOME=${OUT%/*}/theirs setpriv --reuid \(user) --regid 65534 \
                    --clear-groups \(AmberExecutable.path) debug $OUT \(options) 2>&1
                    """, input: .pipe(input))
            } else {
                try session.shell("amber debug $OUT \(options) 2>&1", input: .pipe(input))
            }
        return (end.outputText, end.status)
    }

    @Test func `pdb stands in the failing frame of an imported package`() throws {
        let (text, status) = try debug("", input: "p width\nup\np sys.argv\nq\n")
        #expect(text.contains("tables/__init__.py(3)parse()"), "\(text)")
        #expect(text.contains("(Pdb) 22"), "\(text)")
        #expect(text.contains("['job.py']"), "\(text)")
        #expect(!text.contains("sitecustomize"), "\(text)")
        #expect(status == 1)
    }

    @Test func `commands behind two hyphens are carried out without a keyboard`() throws {
        let (text, _) = try debug("-- -c 'p width * 2' -c q")
        #expect(text.contains("44"), "\(text)")
    }

    @Test(.requires(.root)) func `an ordinary user debugs a bundle of root`() throws {
        let (text, _) = try debug("-- -c 'p width * 2' -c q", as: "nobody")
        #expect(text.contains("44"), "\(text)")
    }

    @Test func `stepping from the first line reaches the same failure`() throws {
        let (text, _) = try debug(
            "--at start", input: "n\nn\nn\nb tables.parse\nc\np row\nc\np row\nc\np width\nq\n")
        #expect(text.contains("job.py(1)<module>()"), "\(text)")
        #expect(text.contains("(Pdb) '1'") && text.contains("(Pdb) 'x7'"), "\(text)")
        #expect(text.contains("(Pdb) 22"), "\(text)")
    }

    @Test func `the program has its recorded input and its own module path`() throws {
        let (text, _) = try debug(
            "-- -c 'p __import__(\"os\").environ.get(\"PYTHONPATH\", \"\").endswith(\"/packages\")' "
                + "-c 'p [key for key in __import__(\"os\").environ if key.startswith(\"AMBER\")]' -c q")
        #expect(text.contains("True\n[]"), "\(text)")
    }

    @Test(arguments: ["target=work, args=(4,)", "args=(4,)"])
    func `the process of multiprocessing that fails is debugged`(_ arguments: String) throws {
        let job = """
            import multiprocessing
            def work(number):
                limit = number * 3
                return {"a": 1}[limit]
            class Worker(multiprocessing.Process):
                def run(self):
                    return self._target(*self._args) if self._target else work(*self._args)
            if __name__ == "__main__":
                multiprocessing.set_start_method("fork")
                process = Worker(\(arguments))
                process.start()
                process.join()
                raise SystemExit(process.exitcode)
            """
        let run = try DebugCase(files: ["job.py": job], "python3 job.py")
        let (text, status) = try run.debug("-- -c 'p limit' -c 'p __import__(\"os\").getppid() > 1' -c q")
        #expect(text.contains("12\nTrue"), "\(text)")
        #expect(status == 1)
    }

    @Test func `of an exception group the first member's frame is where pdb stands`() throws {
        let run = try DebugCase(
            files: [
                "job.py": """
                import asyncio, sys
                async def rate(code):
                    wanted = code.upper()
                    return {"EUR": 1}[wanted]
                async def main():
                    if sys.version_info < (3, 11):
                        return await rate("xyz")
                    async with asyncio.TaskGroup() as group:
                        group.create_task(rate("xyz"))
                asyncio.run(main())
                """
            ], "python3 job.py")
        let (text, _) = try run.debug("-- -c 'p wanted' -c q")
        #expect(text.contains("'XYZ'"), "\(text)")
    }

    @Test func `what pdb does not take is refused`() throws {
        let (text, status) = try debug("-- --batch")
        #expect(text.contains("pdb does not take '--batch' here"), "\(text)")
        #expect(status == 2)
    }

    @Test(.requires(.program("gdb"))) func `gdb can be had for a Python program too`() throws {
        let (text, _) = try debug("--debugger gdb -- -batch -ex bt")
        #expect(text.contains("exit"), "\(text)")
        #expect(text.contains("Catchpoint 1 (call to syscall exit_group)"), "\(text)")
    }
}

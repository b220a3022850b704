import AmberModel
import Testing

@Suite struct NodeFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "node-20-sync", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "TypeError",
            message: "Cannot read properties of undefined (reading 'amount')",
            frames:
                "price@node_sync.js:2 < Array.map@<anonymous>:? < Cart.total@node_sync.js:5 < Object.<anonymous>@node_sync.js:7 (10)"
        ),
        Fixture(
            "node-20-code", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "Error",
            message: "ENOENT: no such file or directory, open '/tmp/none/here'",
            frames:
                "Object.openSync@node:fs:? < Object.readFileSync@node:fs:? < Object.<anonymous>@node_code.js:2 < Module._compile@loader:? (9)"
        ),
        Fixture(
            "node-20-reject", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "Error",
            message: "ENOENT: no such file or directory, open '/nonexistent'",
            frames:
                "open@promises:? < Object.readFile@promises:? < load@node_reject.js:3 < main@node_reject.js:6 (4)"
        ),
        Fixture(
            "node-20-cause", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "RangeError",
            message: "too deep",
            frames:
                "inner@node_cause.js:1 < outer@node_cause.js:3 < Object.<anonymous>@node_cause.js:5 < Module._compile@loader:? (12)"
        ),
        Fixture(
            "node-20-aggregate", by: "/usr/bin/node", .exited(code: 1), runtime: "node",
            type: "AggregateError", message: "All promises were rejected", frames: "none"),
        Fixture(
            "node-20-string", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "thrown value",
            message: "just a string", frames: "none"),
        Fixture(
            "node-20-reject_string", by: "/usr/bin/node", .exited(code: 1), runtime: "node",
            type: "UnhandledPromiseRejection",
            message:
                #"This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "42"."#,
            frames:
                "throwUnhandledRejectionsMode@promises:? < processPromiseRejections@promises:? < process.processTicksAndRejections@task_queues:? (3)"
        ),
        Fixture(
            "node-20-syntax", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "SyntaxError",
            message: "Unexpected token ';'",
            frames:
                "wrapSafe@loader:? < Module._compile@loader:? < Module._extensions..js@loader:? < Module.load@loader:? (7)"
        ),
        Fixture(
            "node-20-module", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "Error",
            message:
                #"Cannot find module './missing-module'\#nRequire stack:\#n- /tmp/fx/other/node_module.js"#,
            frames:
                "Module._resolveFilename@loader:? < Module._load@loader:? < Module.require@loader:? < require@helpers:? (10)"
        ),
        Fixture(
            "node-20-multiline", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "Error",
            message: #"first\#nsecond line\#n  third"#,
            frames:
                "Object.<anonymous>@node_multiline.js:1 < Module._compile@loader:? < Module._extensions..js@loader:? < Module.load@loader:? (7)"
        ),
        Fixture(
            "node-20-class", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "ValidationError",
            message: "bad age",
            frames:
                "check@node_class.js:2 < Object.<anonymous>@node_class.js:3 < Module._compile@loader:? < Module._extensions..js@loader:? (8)"
        ),
        Fixture(
            "node-20-assert", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "AssertionError",
            message: #"Expected values to be strictly equal:\#n1 !== 2"#,
            frames:
                "Object.<anonymous>@node_assert.js:1 < Module._compile@loader:? < Module._extensions..js@loader:? < Module.load@loader:? (7)"
        ),
        Fixture(
            "node-20-esm", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "SyntaxError",
            message: "The requested module 'node:fs' does not provide an export named 'nothing'",
            frames:
                "ModuleJob._instantiate@module_job:? < ModuleJob.run@module_job:? < ModuleLoader.import@loader:? < asyncRunEntryPointWithESMLoader@run_main:? (4)"
        ),
        Fixture(
            "node-20-logged", by: "/usr/bin/node", .exited(code: 3), runtime: "node", type: "TypeError",
            message: "Cannot read properties of null (reading 'x')",
            frames:
                "Object.<anonymous>@node_logged.js:1 < Module._compile@loader:? < Module._extensions..js@loader:? < Module.load@loader:? (7)"
        ),
        Fixture(
            "node-20-oom", by: "/usr/bin/node", .signaled(signal: 6), runtime: "node", type: "FATAL ERROR",
            message: "Reached heap limit Allocation failed - JavaScript heap out of memory",
            frames:
                "node::OOMErrorHandler(char const*, v8::OOMDetails const&)@node:? < v8::Utils::ReportOOMFailure(v8::internal::Isolate*, char const*, v8::OOMDetails const&)@node:? < v8::internal::V8::FatalProcessOutOfMemory(v8::internal::Isolate*, char const*, v8::OOMDetails const&)@node:? < ?@node:? (10)"
        ),
        Fixture(
            "doc-node-12-uncaught", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "TypeError",
            message: "bad port undefined",
            frames:
                "listen@server.js:14 < Object.<anonymous>@server.js:20 < Module._compile@loader.js:? < Object.Module._extensions..js@loader.js:? (8)"
        ),
        Fixture(
            "doc-node-14-rejection", by: "/usr/bin/node", .exited(code: 1), runtime: "node", type: "Error",
            message: "connect ECONNREFUSED 127.0.0.1:5432",
            frames: "TCPConnectWrap.afterConnect [as oncomplete]@net.js:? (1)"),
    ]

    @Test(arguments: fixtures)
    func `a Node failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}

import AmberModel
import AmberTestSupport
import Testing

/// A service that somebody else runs: its bundles hold requests only, and are tried on a service that listens.
@Suite(.requires(.program("python3")))
struct AttachedServicePipelineTests {
    private static let shop = ServiceSession.python(
        """
        prices = json.load(open(sys.argv[1]))
        def answer(path, body):
            try: return 200, json.dumps({"price": prices[json.loads(body)["item"]]})
            except KeyError as error: return 500, json.dumps({"error": str(error), "at": time.time()})
        """)

    /// Starts the service with a file of prices; `$SERVICE` is its pid.
    private static let start = """
        start() {
            python3 shop.py $1 & SERVICE=$!
            until curl -s -o reply http://127.0.0.1:$UPSTREAM/ -d '{"item": "pear"}'; do sleep 0.02; done
        }
        stop() { kill $SERVICE; wait $SERVICE; } 2>/dev/null
        """

    @Test(.requires(.program("curl")))
    func `a recorded request is tried on a service that the user has started`() throws {
        let session = try AmberSession([
            "shop.py": Self.shop, "bad.json": #"{"pear": 3}"#, "good.json": #"{"pear": 3, "plum": 4}"#,
        ])
        let end = try session.shell(
            """
            read -r LISTEN UPSTREAM <<<"$(python3 -c '
            import socket
            doors = [socket.socket() for _ in range(2)]
            for door in doors: door.bind(("127.0.0.1", 0))
            print(*[door.getsockname()[1] for door in doors])')"
            export LISTEN UPSTREAM
            \(Self.start)
            start bad.json
            \(AmberExecutable.path) serve --attach --listen $LISTEN --upstream $UPSTREAM --output-dir bundles 2>serve.log &
            SERVE=$!
            until grep -q "is ready" serve.log; do sleep 0.02; done
            curl -s http://127.0.0.1:$LISTEN/buy -d '{"item": "plum"}' >/dev/null
            kill -TERM $SERVE; wait $SERVE
            cp bundles/*.amber $OUT
            replay() { amber replay $OUT "$@" 2>&1 | grep -v '^  '; echo "${PIPESTATUS[0]}"; }
            replay
            replay --upstream $UPSTREAM
            printf 'POST /buy\\n\\n{"item": "pear"}' >other.http
            replay --upstream $UPSTREAM --send other.http
            stop
            replay --upstream $UPSTREAM
            start good.json
            replay --upstream localhost:$UPSTREAM
            stop
            """)
        let lines = end.outputText.split(separator: "\n").map(String.init)
        #expect(lines.count == 10, "\(end.outputText) \(end.errorText)")
        #expect(lines[0].contains("--upstream ADDRESS:PORT"))
        #expect(lines[1] == "2")
        #expect(lines[2].hasPrefix("amber: verdict: reproduced"))
        #expect(lines[3] == "0")
        #expect(lines[4].hasPrefix("amber: verdict: no-failure"))
        #expect(lines[5] == "1")
        #expect(lines[6].contains("ECONNREFUSED. Start the service first"))
        #expect(lines[7] == "2")
        #expect(lines[8].hasPrefix("amber: verdict: no-failure"))
        #expect(lines[9] == "1")
    }

    @Test func `what needs a sandbox does not go with a service of the user's own`() throws {
        let session = try AmberSession()
        let end = try session.shell("amber replay x.amber --upstream 8000 --set-env A=1")
        #expect(end.status == 64)
        #expect(end.errorText.contains("only --send, --warm-up, --timeout, --recipe and --json go with it"))
        #expect(try session.shell("amber replay x.amber --upstream example.org:80").status == 64)
    }
}

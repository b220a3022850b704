import AmberModel
import AmberTestSupport
import Testing

/// A service behind `amber serve`, and a client; what they leave is replayed without them.
struct ServiceSession {
    let session: AmberSession
    /// How `amber serve` ended, and what it and the client said.
    let served: TestProgram.End

    /// Serves a command while a client runs, then ends it with SIGTERM; `$OUT` is the first bundle.
    ///
    /// - Parameters:
    ///   - files: The service, by name.
    ///   - preparation: What is done with them first, in shell.
    ///   - command: What is served; it listens on `$UPSTREAM`.
    ///   - client: A Python program; `port` is where the proxy listens.
    ///   - options: Of `amber serve`.
    ///   - end: What ends it, in shell.
    /// - Throws: What the place or the shell cannot do.
    init(
        _ files: [String: String], preparation: String = "", command: String, client: String,
        options: String = "",
        end: String = "kill -TERM $SERVE 2>/dev/null"
    ) throws {
        session = try AmberSession(files.merging(["client.py": Self.prelude + client]) { $1 })
        served = try session.shell(
            """
            read -r LISTEN UPSTREAM METRICS <<<"$(python3 -c '
            import socket
            doors = [socket.socket() for _ in range(3)]
            for door in doors: door.bind(("127.0.0.1", 0))
            print(*[door.getsockname()[1] for door in doors])')"
            \(preparation)
            export LISTEN UPSTREAM METRICS
            \(AmberExecutable.path) serve --listen $LISTEN --upstream $UPSTREAM --output-dir bundles \(options) \\
                -- \(command) 2>serve.log &
            export SERVE=$!
            until grep -q "is ready" serve.log || ! kill -0 $SERVE 2>/dev/null; do sleep 0.02; done
            python3 client.py $LISTEN
            \(end)
            wait $SERVE
            STATUS=$?
            cat serve.log >&2
            FIRST=$(ls bundles/*.amber 2>/dev/null | head -n 1)
            [ -z "$FIRST" ] || cp "$FIRST" $OUT
            exit $STATUS
            """)
    }

    /// How many bundles there are.
    func bundleCount() throws -> Int {
        let text = try session.shell("ls bundles | grep -c 'amber$' || true").outputText
        return Int(text.prefix { $0.isNumber }) ?? 0
    }

    /// A service in Python: `answer(path, body)` gives a status and a text.
    static func python(_ answer: String) -> String {
        """
        import http.server, json, os, signal, socket, sys, threading, time
        \(answer)
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, text = answer(self.path, body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())
            do_POST = do_GET
            def log_message(self, *words): pass
        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128
        Server(("127.0.0.1", int(os.environ["UPSTREAM"])), Handler).serve_forever()
        """
    }

    /// `get(path)`, `post(path, body)`, and `crowd(requests)`, which makes them all, twenty at a time.
    private static let prelude = """
        import collections, http.client, json, os, queue, signal, socket, sys, threading, time, urllib.request
        port = int(sys.argv[1])
        def ask(method, path, body=None, headers={}):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request(method, path, body, headers)
                response = connection.getresponse()
                return response.status, response.read().decode()
            except (OSError, http.client.HTTPException) as error:
                return type(error).__name__, ""
            finally:
                connection.close()
        def get(path, headers={}): return ask("GET", path, None, headers)
        def post(path, body): return ask("POST", path, body)
        def crowd(requests):
            counts, tasks = collections.Counter(), queue.Queue()
            for request in requests: tasks.put(request)
            def work():
                while True:
                    try: request = tasks.get_nowait()
                    except queue.Empty: return
                    counts[ask(*request)[0]] += 1
            threads = [threading.Thread(target=work) for _ in range(20)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            return counts
        def raw(data):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as peer:
                peer.sendall(data)
                return peer.makefile("rb").read().decode()
        def metrics():
            with urllib.request.urlopen("http://127.0.0.1:" + os.environ["METRICS"]) as page:
                return page.read().decode()
        def until(condition):
            while not condition(): time.sleep(0.02)

        """
}

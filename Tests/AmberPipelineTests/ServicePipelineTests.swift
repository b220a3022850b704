import AmberModel
import AmberTestSupport
import Testing

/// Services of which one request fails among many: the bundle names it, and its replay fails in the same way.
@Suite(.requires(.program("python3")))
struct ServicePipelineTests {
    private static let shop = ServiceSession.python(
        """
        prices = json.load(open("prices.json"))
        def answer(path, body):
            if path.startswith("/slow"): time.sleep(float(path[5:]))
            try:
                if body: return 200, json.dumps({"price": prices[json.loads(body)["item"]]})
                return 200, '{"fine": true}'
            except KeyError as error:
                import traceback
                traceback.print_exc()
                return 500, json.dumps({"error": str(error), "at": time.time()})
        """)
    private static let files = ["shop.py": shop, "prices.json": #"{"pear": 3}"#]
    private static let crowd = """
        pear, plum = '{"item": "pear"}', '{"item": "plum"}'
        requests = [("POST", f"/buy/{n}", plum if n == 250 else pear) for n in range(400)]
        print(sorted(crowd(requests).items()))
        """

    @Test func `the failing request of four hundred is named and comes back`() throws {
        let service = try ServiceSession(Self.files, command: "python3 shop.py", client: Self.crowd)
        #expect(service.served.outputText == "[(200, 399), (500, 1)]\n")
        #expect(service.served.status == 143, "\(service.served.errorText)")
        #expect(try service.bundleCount() == 1)
        let shown = try service.session.shell("amber show --request $OUT")
        #expect(shown.outputText.hasPrefix("POST /buy/250 HTTP/1.1\r\n"))
        #expect(shown.outputText.contains(#"--data-raw '{"item": "plum"}'"#))
        let (end, verdict) = try service.session.replay()
        #expect([.identical, .reproduced].contains(verdict.verdict), "\(end.errorText)")
        #expect(end.status == 0)
        #expect(verdict.outcome.status == 500)
        #expect(verdict.recorded.signature.type == "KeyError")
    }

    @Test func `with another request, code or data the failure is gone`() throws {
        let service = try ServiceSession(Self.files, command: "python3 shop.py", client: Self.crowd)
        let session = service.session
        try session.site.write(#"{"pear": 3, "plum": 4}"#, to: session.site.desk + "/prices.json")
        try session.site.write(
            "POST /buy/1\n\n{\"item\": \"pear\"}", to: session.site.desk + "/good.http")
        try session.site.write(
            Self.shop.replacing(#"prices[json.loads(body)["item"]]"#, with: "0"),
            to: session.site.desk + "/fixed.py")
        for option in [
            "--send \(session.site.desk)/good.http",
            "--with-file \(session.site.place)/prices.json=\(session.site.desk)/prices.json",
            "--with-file \(session.site.place)/shop.py=\(session.site.desk)/fixed.py",
        ] {
            let (end, verdict) = try session.replay(option)
            #expect(verdict.verdict == .noFailure, "\(end.errorText)")
            #expect(verdict.outcome.status == 200)
            #expect(end.status == 1)
        }
    }

    @Test func `a service finds its database as it was when the request failed`() throws {
        let service = try ServiceSession(
            [
                "shop.py": ServiceSession.python(
                    """
                    import sqlite3
                    store = sqlite3.connect("shop.db", check_same_thread=False, isolation_level=None)
                    store.execute("pragma journal_mode = wal")
                    store.execute("create table if not exists sold(name text primary key)")
                    turn = threading.Lock()
                    def answer(path, body):
                        try:
                            with turn: store.execute("insert into sold values (?)", (path,))
                            return 201, "{}"
                        except sqlite3.IntegrityError:
                            import traceback
                            traceback.print_exc()
                            return 500, "{}"
                    """)
            ], command: "python3 shop.py",
            client: """
                print(sorted(crowd([("GET", f"/{n}") for n in range(200)]).items()), get("/77")[0])
                """)
        #expect(service.served.outputText == "[(201, 200)] 500\n", "\(service.served.errorText)")
        let (end, verdict) = try service.session.replay()
        #expect(verdict.verdict == .identical, "\(end.errorText)")
        #expect(verdict.recorded.signature.type == "sqlite3.IntegrityError")
        #expect(try service.session.replay("--state start").verdict.verdict == .noFailure)
    }

    @Test(.requires(.program("gcc")))
    func `a service that dies under a request is kept with that request`() throws {
        let service = try ServiceSession(
            ["shop.c": Self.crashing], preparation: "gcc -pthread -o shop shop.c",
            command: "./shop $UPSTREAM",
            client: """
                print(crowd([("GET", f"/?item={77 if n == 250 else n % 3}") for n in range(300)])[200] >= 200)
                """, end: "")
        #expect(service.served.outputText == "True\n")
        #expect(service.served.status == 139, "\(service.served.errorText)")
        #expect(try service.bundleCount() == 1)
        let shown = try service.session.shell("amber show --request $OUT").outputText
        #expect(shown.hasPrefix("GET /?item=77 "))
        let (end, verdict) = try service.session.replay()
        #expect(verdict.verdict == .identical, "\(end.errorText)")
        #expect(verdict.outcome.signal == 11)
        try service.session.site.write("GET /?item=1\n", to: service.session.site.desk + "/good.http")
        let (_, other) = try service.session.replay("--send \(service.session.site.desk)/good.http")
        #expect(other.verdict == .noFailure)
    }

    @Test(.requires(.program("gcc")))
    func `of requests that were all being answered when the service died, the replay finds the one`() throws {
        // Each is the only one of its kind, and the service has read twenty of them when one ends it.
        let service = try ServiceSession(
            ["shop.c": Self.crashing], preparation: "gcc -DDELAY=30000 -pthread -o shop shop.c",
            command: "./shop $UPSTREAM",
            client: """
                crowd([("GET", f"/{n}?item={77 if n == 50 else n % 3}&n={n}") for n in range(60)])
                """, end: "")
        #expect(service.served.status == 139, "\(service.served.errorText)")
        #expect(try service.bundleCount() == 1)
        let (end, verdict) = try service.session.replay()
        #expect(verdict.reproduced, "\(end.errorText)")
        #expect(verdict.outcome.signal == 11)
        #expect(verdict.request?.target == "/50?item=77&n=50", "\(end.errorText)")
        #expect(verdict.request?.candidates.count ?? 0 > 1)
    }

    @Test(.requires(.program("curl")))
    func `a service that is kept up takes a long request while it gives a longer answer`() throws {
        let service = try ServiceSession(
            [
                "pump.py": """
                import http.server, os
                class Handler(http.server.BaseHTTPRequestHandler):
                    protocol_version = "HTTP/1.1"
                    def do_GET(self): self.send_error(500)
                    def do_POST(self):
                        left = int(self.headers["Content-Length"])
                        self.send_response(200)
                        self.send_header("Content-Length", str(left * 16))
                        self.end_headers()
                        while left:
                            piece = self.rfile.read1(min(left, 1 << 16))
                            left -= len(piece)
                            self.wfile.write(piece * 16)
                    def log_message(self, *words): pass
                http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["UPSTREAM"])), Handler).serve_forever()
                """
            ], command: "python3 pump.py", client: "print(get('/')[0])")
        #expect(service.served.outputText == "500\n", "\(service.served.errorText)")
        let end = try service.session.shell(
            """
            \(AmberExecutable.path) replay --keep-running $OUT >/dev/null 2>said &
            REPLAY=$!
            until grep -q 'until ^C' said || ! kill -0 $REPLAY; do sleep 0.02; done
            head -c 20000000 /dev/zero |
                timeout 40 curl -sS -X POST -H Expect: -T - -H 'Transfer-Encoding:' -H 'Content-Length: 20000000' \
                "$(sed -n 's/.*at \\(http:[^ ]*\\) until.*/\\1/p' said)" | wc -c
            kill -INT $REPLAY
            wait $REPLAY
            cat said >&2
            """)
        #expect(end.outputText == "320000000\n", "\(end.errorText)")
    }

    @Test func `an ending service lets open requests end, and takes no new ones`() throws {
        let service = try ServiceSession(
            Self.files, command: "python3 shop.py",
            client: """
                answers = []
                thread = threading.Thread(target=lambda: answers.append(get("/slow1")))
                thread.start()
                until(lambda: "amber_requests_in_flight 1" in metrics())
                os.kill(int(os.environ["SERVE"]), signal.SIGTERM)
                thread.join()
                print(answers)
                """, options: "--metrics $METRICS", end: "kill -TERM $SERVE 2>/dev/null")
        #expect(service.served.outputText == "[(200, '{\"fine\": true}')]\n", "\(service.served.errorText)")
        #expect(try service.bundleCount() == 0)
    }

    @Test func `what a client must not send never reaches the service`() throws {
        let service = try ServiceSession(
            Self.files, command: "python3 shop.py",
            client: #"""
                for head in ["Content-Length: 3\r\nTransfer-Encoding: chunked", "Content-Length: 1\r\nContent-Length: 2",
                             "Transfer-Encoding : chunked", " folded: 1", "Bad\0: 1"]:
                    print(raw(f"GET / HTTP/1.1\r\nHost: a\r\n{head}\r\n\r\n".encode())[:12])
                print('amber_refused_requests_total{status="400"} 5' in metrics(), "requests_total{status=\"2xx\"} 0" in metrics())
                """#, options: "--metrics $METRICS")
        #expect(
            service.served.outputText == String(repeating: "HTTP/1.1 400\n", count: 5) + "True True\n",
            "\(service.served.errorText)")
    }

    @Test func `a flood of one failure makes one bundle, and everything is counted`() throws {
        let service = try ServiceSession(
            Self.files, command: "python3 shop.py",
            client: """
                counts = crowd([("POST", "/buy", '{"item": "plum"}' if n % 4 else None) for n in range(400)])
                print(sorted(counts.items()))
                def sum_of(name): return sum(int(l.split()[-1]) for l in metrics().split("\\n") if l.startswith(name))
                until(lambda: sum_of("amber_bundles_total") + sum_of("amber_failures_dropped_total") == 300)
                print(sum_of("amber_bundles_total"))
                """, options: "--metrics $METRICS")
        #expect(service.served.outputText == "[(200, 100), (500, 300)]\n1\n", "\(service.served.errorText)")
    }

    @Test func `triggers of a file, pins and a quota`() throws {
        let service = try ServiceSession(
            Self.files.merging([
                "serve.yaml": """
                triggers:
                  status: none
                  body: ['"price": {_:number}']
                  latency: 300ms
                limits:
                  per-signature: 9/1h
                  quota: 1K
                """
            ]) { $1 }, command: "python3 shop.py",
            client: """
                import glob
                print(get("/")[0], post("/", '{"item": "plum"}')[0])
                def new(before): return [b for b in glob.glob("bundles/*.amber") if b not in before]
                print(get("/slow0.5")[0])
                until(lambda: new([]))
                first = new([])
                open(first[0] + ".pin", "w").close()
                print(post("/", '{"item": "pear"}')[0])
                until(lambda: 'reason="quota"} 1' in metrics())
                os.unlink(first[0] + ".pin")
                post("/other", '{"item": "pear"}')
                until(lambda: new(first))
                print(os.path.exists(first[0]))
                """, options: "--config serve.yaml --metrics $METRICS")
        #expect(
            service.served.outputText == "200 500\n200\n200\nFalse\n", "\(service.served.errorText)")
    }

    @Test func `a service that ends at its start, or never listens, ends amber too`() throws {
        let crash = try ServiceSession(
            ["bad.py": "import sys\nraise SystemExit('no configuration')"], command: "python3 bad.py",
            client: "",
            end: "")
        #expect(crash.served.status == 1, "\(crash.served.errorText)")
        #expect(try crash.bundleCount() == 1)
        let deaf = try ServiceSession(
            ["deaf.py": "import time\ntime.sleep(600)"], command: "python3 deaf.py", client: "",
            options: "--ready-timeout 500ms", end: "")
        #expect(deaf.served.status == 143, "\(deaf.served.errorText)")
        #expect(deaf.served.errorText.contains("does not listen"))
    }

    @Test func `a service that ends by itself is kept, though a request broke off before`() throws {
        let service = try ServiceSession(
            [
                "shop.py": ServiceSession.python(
                    """
                    def answer(path, body):
                        if path == "/break": raise ConnectionAbortedError()
                        # Longer than an end and what broke off with it are apart.
                        threading.Timer(3, os._exit, [7]).start()
                        return 200, "{}"
                    """)
            ], command: "python3 shop.py",
            client: """
                import glob
                get("/break")
                until(lambda: glob.glob("bundles/*.amber"))
                print(get("/end")[0])
                """, end: "")
        #expect(service.served.outputText == "200\n")
        #expect(service.served.status == 7, "\(service.served.errorText)")
        let names = try service.session.shell("ls bundles").outputText
        #expect(names.contains("-end.amber"), "\(names)")
        #expect(try service.bundleCount() == 2)
    }

    @Test func `ends of a service stay within the quota, and none takes the place of another`() throws {
        let session = try AmberSession(["bad.py": "raise SystemExit(3)"])
        // Three in one second, most likely; then a quota for one, which is pinned.
        let end = try session.shell(
            """
            serve() { amber serve --listen 0 --upstream 1 --output-dir bundles "$@" -- python3 bad.py; }
            for _ in 1 2 3; do serve; done 2>/dev/null
            ls bundles | wc -l
            serve --quota 1
            ls bundles | wc -l
            touch bundles/$(ls bundles).pin
            serve --quota 1
            ls bundles | wc -l
            """)
        #expect(end.outputText == "3\n1\n2\n", "\(end.errorText)")
        #expect(end.errorText.contains("pinned ones fill the quota"), "\(end.errorText)")
    }

    @Test func `a port that is taken is said before the service starts`() throws {
        let session = try AmberSession(["note.py": "open('started', 'w')"])
        let end = try session.shell(
            """
            python3 -c 'import os, socket, time
            door = socket.socket(); door.bind(("127.0.0.1", 0)); door.listen()
            open("port.new", "w").write(str(door.getsockname()[1])); os.rename("port.new", "port"); time.sleep(600)' &
            until [ -e port ]; do sleep 0.02; done
            PORT=$(cat port)
            amber serve --listen $PORT --upstream 1 -- python3 note.py
            STATUS=$?
            kill %1
            [ ! -e started ] || echo started
            exit $STATUS
            """)
        #expect(end.status == 125)
        #expect(end.outputText.isEmpty)
        #expect(end.errorText.contains("cannot listen on 127.0.0.1:"))
    }

    private static let crashing = """
        #include <arpa/inet.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        static void *serve(void *peer) {
            char request[8192], answer[256];
            const char *items[] = {"apple", "pear", "plum"};
            int size = 0, count;
            while ((count = read((int)(long)peer, request + size, sizeof request - 1 - size)) > 0) {
                request[size += count] = 0;
                if (!strstr(request, "\\r\\n\\r\\n")) continue;
                int item = atoi(strstr(request, "item=") + 5);
        #ifdef DELAY
                usleep(DELAY);
        #endif
                const char *name = item < 3 ? items[item] : (const char *)(long)item;
                int length = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\\r\\nContent-Length: %zu\\r\\n\\r\\n%s",
                                      strlen(name), name);
                if (write((int)(long)peer, answer, length) < 0) break;
                size = 0;
            }
            close((int)(long)peer);
            return 0;
        }
        int main(int count, char **words) {
            int door = socket(AF_INET, SOCK_STREAM, 0), one = 1;
            struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1])),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
            setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
            if (bind(door, (void *)&place, sizeof place) || listen(door, 128)) return 1;
            for (;;) {
                int peer = accept(door, 0, 0);
                pthread_t thread;
                if (peer >= 0 && !pthread_create(&thread, 0, serve, (void *)(long)peer)) pthread_detach(thread);
            }
        }
        """
}

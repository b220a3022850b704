import AmberModel
import AmberTestSupport
import Testing

/// What HTTP allows, and what clients and services do to each other, passes through `amber serve` as it would without.
@Suite(.requires(.program("python3")))
struct SurvivalPipelineTests {
    /// A service that speaks HTTP by hand: one thread a connection, and the answer that the path asks for.
    private static let wire = #"""
        import hashlib, os, socket, threading, time
        go = threading.Event()
        def head(peer):
            lines = []
            while (line := peer.readline()) not in (b"\r\n", b""): lines.append(line.decode().rstrip("\r\n"))
            fields = {n.strip().lower(): v.strip() for n, _, v in (l.partition(":") for l in lines[1:])}
            return (lines[0].split(" "), fields) if lines else (None, None)
        def body(peer, fields):
            digest, size = hashlib.sha256(), 0
            if fields.get("transfer-encoding") == "chunked":
                while count := int(peer.readline().split(b";")[0], 16):
                    piece = peer.read(count); peer.readline(); digest.update(piece); size += len(piece)
                trailer = peer.readline()
                while trailer not in (b"\r\n", b""):
                    digest.update(trailer); trailer = peer.readline()
            left = int(fields.get("content-length", 0))
            while left and (piece := peer.read1(min(left, 1 << 16))):
                digest.update(piece); size += len(piece); left -= len(piece)
            return size, digest.hexdigest()[:8]
        def serve(connection):
            peer = connection.makefile("rb")
            def say(text): connection.sendall(text.encode() if isinstance(text, str) else text)
            def ok(text, fields=""): say(f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n{fields}\r\n{text}")
            while True:
                start, fields = head(peer)
                if not start: break
                method, target, _ = start
                path = target.split("?")[0]
                if fields.get("expect") == "100-continue": say("HTTP/1.1 100 Continue\r\n\r\n")
                if path == "/download":
                    size = int(target.split("?")[1])
                    say(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n")
                    for _ in range(size >> 16): say(b"x" * 65536)
                elif path == "/status":
                    code = target.split("?")[1]
                    length = {"204": "", "304": "Content-Length: 5\r\n"}.get(code, "Content-Length: 0\r\n")
                    say(f"HTTP/1.1 {code} Odd\r\n{length}\r\n")
                elif path == "/hints":
                    say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"); ok("hinted")
                elif path == "/chunks":
                    say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n"
                        "5;name=\"a;b\"\r\nhello\r\n0;last\r\nSum: 1\r\n\r\n")
                elif path == "/events":
                    say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
                    go.wait(); say("data: 2\n\n"); break
                elif path == "/go": go.set(); ok("went")
                elif path == "/socket":
                    say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
                    while data := connection.recv(100): say(data[::-1])
                    break
                elif path == "/silent":
                    connection.recv(1); break
                elif method == "HEAD": say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                else:
                    size, digest = body(peer, fields)
                    ok(f"{method} {target} {size} {digest} {len(fields.get('long', ''))} {fields.get('hop', '-')}")
            connection.shutdown(socket.SHUT_WR)
            connection.close()
        def run(connection):
            try: serve(connection)
            except OSError: pass
        door = socket.create_server(("127.0.0.1", int(os.environ["UPSTREAM"])), backlog=128)
        while True: threading.Thread(target=run, args=(door.accept()[0],), daemon=True).start()
        """#

    /// Raw exchanges over one connection: what is sent, and all that comes until the peer ends it.
    private static let talk = #"""
        def talk(*pieces):
            with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
                for piece in pieces: peer.sendall(piece.encode())
                peer.shutdown(socket.SHUT_WR)
                return peer.makefile("rb").read().decode()
        def show(text): print(text.replace("\r\n", "|").replace("\n", "~"))

        """#

    @Test func `every shape of a message passes as it is`() throws {
        let service = try ServiceSession(
            ["wire.py": Self.wire], command: "python3 wire.py",
            client: Self.talk + #"""
                one = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
                show(talk(one + one.replace("/a", "/b") + "HEAD /c HTTP/1.1\r\nHost: x\r\n\r\n" + one))
                show(talk("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0\r\nT: 1\r\n\r\n"))
                show(talk("GET http://other/abs?q HTTP/1.1\r\nHost: other\r\n\r\n"))
                show(talk("GET /hop HTTP/1.1\r\nHost: x\r\nConnection: Hop\r\nHop: 1\r\n\r\n"))
                show(talk("GET /long HTTP/1.1\r\nHost: x\r\nLong: " + "y" * 30000 + "\r\n\r\n"))
                show(talk("GET /long HTTP/1.1\r\nHost: x\r\nLong: " + "y" * 300000 + "\r\n\r\n")[:12])
                for path in ["/status?204", "/status?304", "/hints", "/chunks"]:
                    show(talk(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" + one))
                with socket.create_connection(("127.0.0.1", port)) as peer:
                    peer.sendall(b"PUT /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
                    show(peer.recv(100).decode())
                    peer.sendall(b"abc")
                    show(peer.recv(100).decode().split("\r\n\r\n")[1])
                with socket.create_connection(("127.0.0.1", port)) as peer:
                    peer.sendall(b"GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
                    show(peer.recv(200).decode()[:12])
                    peer.sendall(b"\x81\x02ab")
                    print(peer.recv(100))
                with socket.create_connection(("127.0.0.1", port)) as peer:
                    peer.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
                    show(peer.recv(200).decode().split("\r\n\r\n")[1])
                    get("/go")
                    show(peer.makefile("rb").read().decode())
                """#)
        let digest = "e3b0c442"
        let expected = """
            HTTP/1.1 200 OK|Content-Length: 21||GET /a 0 \(digest) 0 -HTTP/1.1 200 OK|Content-Length: 21||GET /b 0 \(digest) 0 -HTTP/1.1 200 OK|Content-Length: 1000||HTTP/1.1 200 OK|Content-Length: 21||GET /a 0 \(digest) 0 -
            """
        let lines = service.served.outputText.split(separator: "\n").map(String.init)
        #expect(lines.count == 16, "\(service.served.outputText) \(service.served.errorText)")
        guard lines.count == 16 else { return }
        #expect(lines[0] == expected)
        // Three bytes of a body and the trailer, digested by the service.
        #expect(lines[1].hasPrefix("HTTP/1.1 200 OK|Content-Length: 22||POST /p 3 "))
        #expect(lines[2].contains("GET http://other/abs?q 0"))
        #expect(lines[3].hasSuffix("0 1"))
        #expect(lines[4].contains(" 30000 -"))
        #expect(lines[5] == "HTTP/1.1 431")
        #expect(lines[6].hasPrefix("HTTP/1.1 204 Odd||HTTP/1.1 200 OK|"))
        #expect(lines[7].hasPrefix("HTTP/1.1 304 Odd|Content-Length: 5||HTTP/1.1 200 OK|"))
        #expect(
            lines[8].hasPrefix(
                "HTTP/1.1 103 Early Hints|Link: </a>||HTTP/1.1 200 OK|Content-Length: 6||hintedHTTP"))
        #expect(lines[9].contains("5;name=\"a;b\"|hello|0;last|Sum: 1||HTTP/1.1 200 OK|"))
        #expect(lines[10] == "HTTP/1.1 100 Continue||")
        #expect(lines[11].hasPrefix("PUT /e 3 "))
        #expect(lines[12] == "HTTP/1.1 101")
        #expect(lines[13].contains("ba"))
        #expect(lines[14...] == ["data: 1~~", "data: 2~~"])
    }

    @Test func `a hundred megabytes pass either way, and memory stays small`() throws {
        let service = try ServiceSession(
            ["wire.py": Self.wire], command: "python3 wire.py",
            client: #"""
                size = 100 << 20
                with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
                    peer.sendall(f"POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
                    for _ in range(size >> 20): peer.sendall(b"y" * (1 << 20))
                    print(peer.recv(200).decode().split()[7])
                with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
                    peer.sendall(f"GET /download?{size} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                    file, count = peer.makefile("rb"), 0
                    while file.readline() != b"\r\n": pass
                    while count < size: count += len(file.read1(1 << 16))
                    print(count)
                for line in open(f"/proc/{os.environ['SERVE']}/status"):
                    if line.startswith("VmHWM"): print(int(line.split()[1]) < 128 << 10, line)
                """#)
        let lines = service.served.outputText.split(separator: "\n").map(String.init)
        #expect(lines.prefix(2) == ["104857600", "104857600"], "\(service.served.errorText)")
        #expect(lines.count > 2 && lines[2].hasPrefix("True"), "\(lines)")
        #expect(try service.bundleCount() == 0)
    }

    @Test func `clients that leave in the middle, or say nothing, harm nobody`() throws {
        let service = try ServiceSession(
            ["wire.py": Self.wire], command: "python3 wire.py",
            client: #"""
                doors = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
                for n, door in enumerate(doors):
                    door.sendall([b"", b"GET / HT", b"POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf",
                                  b"GET /download?104857600 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /silent HTTP/1.1\r\nHost: x\r\n\r\n"][n % 5])
                print(sorted(crowd([("GET", f"/{n}") for n in range(200)]).items()))
                for door in doors: door.close()
                until(lambda: "amber_requests_in_flight 0" in metrics())
                print(sorted(crowd([("GET", f"/{n}") for n in range(200)]).items()))
                for line in open(f"/proc/{os.environ['SERVE']}/status"):
                    if line.startswith("VmHWM"): print(int(line.split()[1]) < 200 << 10, line)
                """#, options: "--metrics $METRICS")
        let lines = service.served.outputText.split(separator: "\n").map(String.init)
        #expect(lines.prefix(2) == ["[(200, 200)]", "[(200, 200)]"], "\(service.served.errorText)")
        #expect(lines.count > 2 && lines[2].hasPrefix("True"), "\(lines)")
        #expect(try service.bundleCount() == 0, "\(service.served.errorText)")
    }
}

extension SurvivalPipelineTests {
    /// A master that forks three workers and replaces those that die, as gunicorn does.
    private static let forking = """
        import ctypes, http.server, os, signal, socket, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                if self.path == "/poison": os.kill(os.getpid(), signal.SIGSEGV)
                if self.path == "/restart": os.kill(os.getppid(), signal.SIGHUP)
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")
            def log_message(self, *words): pass
        class Server(http.server.HTTPServer):
            def __init__(self): self.socket, self.server_address = door, door.getsockname()
        kept = os.environ.get("DOOR")
        door = socket.socket(fileno=int(kept)) if kept else socket.create_server(
            ("127.0.0.1", int(os.environ["UPSTREAM"])), backlog=128)
        workers = set()
        def work():
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: nothing outlives the test
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            server = Server()
            server.RequestHandlerClass, server.timeout = Handler, None
            while True:
                peer, address = door.accept()
                try: Handler(peer, address, server)
                except OSError: pass
                peer.close()
        def again(*_):
            os.set_inheritable(door.fileno(), True)
            for worker in workers: os.kill(worker, signal.SIGKILL)
            os.environ["DOOR"] = str(door.fileno())
            os.execv(sys.executable, [sys.executable] + sys.argv)
        signal.signal(signal.SIGHUP, again)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGHUP])
        while True:
            while len(workers) < 3:
                pid = os.fork()
                if pid == 0: work()
                workers.add(pid)
            workers.discard(os.wait()[0])
        """

    @Test func `a worker that dies under a request is replaced, and the request is kept`() throws {
        let service = try ServiceSession(
            ["forking.py": Self.forking], command: "python3 forking.py",
            client: """
                print(sorted(crowd([("GET", "/poison" if n == 150 else f"/{n % 3}") for n in range(300)]).items()))
                import glob
                until(lambda: glob.glob("bundles/*.amber"))
                print(get("/after")[0])
                """)
        #expect(
            service.served.outputText == "[(200, 299), (502, 1)]\n200\n", "\(service.served.errorText)")
        #expect(try service.bundleCount() == 1)
        let shown = try service.session.shell("amber show --request $OUT").outputText
        #expect(shown.hasPrefix("GET /poison "))
        let (end, verdict) = try service.session.replay()
        #expect(verdict.reproduced, "\(end.errorText)")
    }

    @Test func `a service that executes itself anew goes on behind the proxy`() throws {
        let service = try ServiceSession(
            ["forking.py": Self.forking], command: "python3 forking.py",
            client: """
                for n in range(3):
                    get("/restart")
                    until(lambda: get("/up")[0] == 200)
                print(sorted(crowd([("GET", f"/{n}") for n in range(100)]).items()))
                """)
        #expect(service.served.outputText == "[(200, 100)]\n", "\(service.served.errorText)")
        #expect(service.served.status == 143)
    }

    @Test(.requires(.program("nginx")))
    func `nginx's 502 is kept and comes back`() throws {
        let service = try ServiceSession(
            [
                "nginx.conf": """
                daemon off; pid nginx.pid; error_log stderr warn; worker_processes 2; events {}
                http {
                    access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
                    uwsgi_temp_path t4; scgi_temp_path t5;
                    server {
                        listen 127.0.0.1:@PORT@;
                        location / { return 200 "fine"; }
                        location /gone { proxy_pass http://127.0.0.1:1; }
                    }
                }
                """
            ], preparation: "sed -i s/@PORT@/$UPSTREAM/ nginx.conf",
            command: "nginx -p $PWD -c nginx.conf",
            client: """
                print(sorted(crowd([("GET", "/gone" if n == 200 else f"/{n}") for n in range(400)]).items()))
                """)
        #expect(service.served.outputText == "[(200, 399), (502, 1)]\n", "\(service.served.errorText)")
        #expect(try service.bundleCount() == 1)
        let (end, verdict) = try service.session.replay()
        #expect(verdict.reproduced, "\(end.errorText)")
        #expect(verdict.outcome.status == 502)
        try service.session.site.write("GET /fine\n", to: service.session.site.desk + "/good.http")
        let (_, other) = try service.session.replay("--send \(service.session.site.desk)/good.http")
        #expect(other.verdict == .noFailure)
    }

    @Test(.requires(.program("mount"), .root))
    func `a full disk costs bundles, and no request`() throws {
        let service = try ServiceSession(
            ["wire.py": Self.wire], preparation: "mkdir bundles; mount -t tmpfs -o size=1m none bundles",
            command: "python3 wire.py",
            client: #"""
                print(sorted(crowd([("GET", "/status?500") for n in range(40)] + [("GET", "/x")] * 40).items()))
                until(lambda: 'dropped_total{reason="failed"} 1' in metrics())
                print(get("/after")[0], os.listdir("bundles"))
                """#, options: "--metrics $METRICS", end: "kill -TERM $SERVE; wait $SERVE; umount bundles")
        #expect(
            service.served.outputText == "[(200, 40), (500, 40)]\n200 []\n", "\(service.served.errorText)")
        #expect(service.served.errorText.contains("no space left"))
    }

    @Test(.requires(.program("redis-server"), .program("redis-cli")))
    func `code that asks its database for something new is not said to fail as before`() throws {
        // It says the same few words whatever went wrong.
        let code = ServiceSession.python(
            """
            base, turn = socket.create_connection(("127.0.0.1", int(os.environ["BASE"]))), threading.Lock()
            def answer(path, body):
                with turn:
                    name, verb = path[1:].encode(), b"INCR"
                    base.sendall(b"*2\\r\\n$%d\\r\\n%s\\r\\n$%d\\r\\n%s\\r\\n" % (len(verb), verb, len(name), name))
                    said = base.recv(100)
                return (200, "{}") if said.startswith(b":") else (500, "{}")
            """)
        let service = try ServiceSession(
            ["shop.py": code],
            preparation: """
                export BASE=$METRICS
                redis-server --port $BASE --save "" --daemonize no >redis.log & REDIS=$!
                until redis-cli -p $BASE ping 2>/dev/null | grep -q PONG; do sleep 0.02; done
                redis-cli -p $BASE set name text >/dev/null
                """, command: "python3 shop.py",
            client: """
                print(sorted(crowd([("GET", "/name" if n == 70 else f"/n{n}") for n in range(100)]).items()))
                """, end: "kill -TERM $SERVE; wait $SERVE; STATUS=$?; kill $REDIS; (exit $STATUS)")
        let session = service.session
        #expect(service.served.outputText == "[(200, 99), (500, 1)]\n", "\(service.served.errorText)")
        let (same, first) = try session.replay()
        #expect(first.reproduced, "\(same.errorText)")
        try session.site.write(
            code.replacing("b\"INCR\"", with: "b\"STRLEN\""), to: session.site.desk + "/fixed.py")
        let (end, verdict) = try session.replay(
            "--with-file \(session.site.place)/shop.py=\(session.site.desk)/fixed.py")
        #expect(verdict.verdict == .diverged, "\(end.errorText)")
        #expect(!verdict.reproduced)
        #expect(end.status == 1)
        #expect(verdict.divergences.contains { $0.isRefusal && $0.description.contains("STRLEN") })
    }
}

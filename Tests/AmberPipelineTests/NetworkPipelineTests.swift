import AmberModel
import AmberTestSupport
import Testing

/// Programs that fail because of what a peer says: captured with the real peer, replayed without it.
@Suite(.requires(.program("python3")))
struct NetworkPipelineTests {
    @Test func `malformed JSON from a web server comes back`() throws {
        try NetworkSession(
            [
                "server.py": NetworkSession.webServer(#"self.answer(200, b'{"total": 12,')"#),
                "job.py": """
                import json, sys, urllib.request
                print(json.load(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/total")))
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT"
        ).expectSame()
    }

    @Test func `an error status, and a body cut short, come back`() throws {
        for path in ["status", "short"] {
            try NetworkSession(
                [
                    "server.py": NetworkSession.webServer(
                        """
                        if self.path == "/status": return self.answer(503, b"busy")
                        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n40\\r\\nhalf")
                        self.close_connection = True
                        """),
                    "job.py": """
                    import sys, urllib.request
                    print(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/{sys.argv[2]}").read())
                    """,
                ], server: "python3 server.py", command: "python3 job.py $PORT \(path)"
            ).expectSame()
        }
    }

    @Test(.requires(.program("node"))) func `a web server's answer comes back in Node`() throws {
        try NetworkSession(
            [
                "server.py": NetworkSession.webServer(#"self.answer(200, b"<html>not JSON</html>")"#),
                "job.js": """
                require('http').get({host: '127.0.0.1', port: process.argv[2], path: '/'}, response => {
                    let body = '';
                    response.on('data', piece => body += piece);
                    response.on('end', () => console.log(JSON.parse(body)));
                });
                """,
            ], server: "python3 server.py", command: "node job.js $PORT"
        ).expectSame()
    }

    @Test func `a refused connection is refused again`() throws {
        try NetworkSession(
            [
                "server.py": NetworkSession.streamServer("pass"),
                "job.py": """
                import socket, sys
                socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                """,
            ], server: "python3 server.py", command: "python3 job.py 1"
        ).expectSame()
    }

    @Test(arguments: ["before", "behind"])
    func `a long answer comes back whole to a program that has ended its side`(_ order: String) throws {
        let verdict = try NetworkSession(
            [
                "server.py": NetworkSession.streamServer(
                    """
                    if peer.recv(6) == b"behind":
                        while peer.recv(100): pass
                    peer.sendall(b"x" * 12_000_000)
                    """),
                "job.py": """
                import socket, sys, time
                peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
                peer.sendall(sys.argv[2].encode())
                size = len(peer.recv(1)) if sys.argv[2] == "before" else 0
                peer.shutdown(socket.SHUT_WR)
                time.sleep(0.5)  # the kernel's buffers are full meanwhile
                while piece := peer.recv(1 << 16): size += len(piece)
                sys.exit(f"{size} bytes")
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT \(order)"
        ).expectSame()
        #expect(verdict.recorded.signature.message == "12000000 bytes")
    }

    @Test func `a peer that does not answer does not answer again`() throws {
        try NetworkSession(
            [
                "server.py": """
                import os, socket, time
                door = socket.socket()
                door.bind(("127.0.0.1", 0))
                door.listen(0)
                fill = [socket.socket() for _ in range(3)]
                for one in fill:
                    one.setblocking(False)
                    one.connect_ex(door.getsockname())
                open("port.new", "w").write(str(door.getsockname()[1]))
                os.rename("port.new", "port")
                time.sleep(60)
                """,
                "job.py": """
                import socket, sys
                socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=1)
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT"
        ).expectSame()
    }

    @Test func `the program sees its peer's own address, not the relay's`() throws {
        let session = try NetworkSession(
            [
                "server.py": NetworkSession.streamServer(
                    "peer.sendall(repr(peer.getpeername()).encode())"),
                "job.py": """
                import socket, sys
                peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                mine = peer.recv(100).decode()
                assert peer.getpeername() == ("127.0.0.1", int(sys.argv[1])), peer.getpeername()
                assert repr(peer.getsockname()) == mine, (peer.getsockname(), mine)
                sys.exit(7)
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT")
        #expect(session.captured.status == 7, "\(session.captured.errorText)")
    }

    @Test func `equal requests get their answers in the order of the recording`() throws {
        try NetworkSession(
            [
                "server.py": NetworkSession.webServer(
                    """
                    global count
                    count = globals().get("count", 0) + 1
                    self.answer(200, str(count).encode())
                    """),
                "job.py": """
                import sys, urllib.request
                for _ in range(5):
                    print(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/next").read())
                sys.exit(3)
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT"
        ).expectSame()
    }

    @Test func `a request that production did not make is refused and named`() throws {
        let program = """
            import sys, urllib.request
            print(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/@PATH@").read())
            sys.exit(4)
            """
        let network = try NetworkSession(
            [
                "server.py": NetworkSession.webServer(#"self.answer(200, b"fine")"#),
                "job.py": program.split(separator: "@PATH@").joined(separator: "orders"),
            ], server: "python3 server.py", command: "python3 job.py $PORT")
        let other = try network.session.site.write(
            program.split(separator: "@PATH@").joined(separator: "invoices"),
            to: network.session.site.desk + "/other.py")
        let (_, verdict) = try network.session.replay(
            "--with-file \(network.session.site.place)/job.py=\(other)")
        #expect(verdict.verdict == .diverged)
        let refusals = verdict.divergences.filter(\.isRefusal).map(\.description).joined()
        #expect(refusals.contains("GET /invoices") && refusals.contains("GET /orders"), "\(refusals)")
    }

    @Test func `a protocol that nobody knows is played back, the server speaking first`() throws {
        try NetworkSession(
            [
                "server.py": NetworkSession.streamServer(
                    """
                    peer.sendall(b"\\x01hello\\n")
                    while True:
                        word = peer.recv(100)
                        if not word: break
                        peer.sendall(b"\\x02" + word[::-1] + b"\\n")
                    """),
                "job.py": """
                import os, socket, sys
                peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                words = peer.makefile("rb")
                print(words.readline())
                for text in (b"one", b"two", os.urandom(8)):
                    peer.sendall(text)
                    print(len(words.readline()))
                raise SystemExit(9)
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT"
        ).expectSame()
    }

    @Test(arguments: ["\\0amber-test-", "sock-"])
    func `a local socket is played back`(_ prefix: String) throws {
        let name = prefix + String(UInt32.random(in: 0...UInt32.max))
        try NetworkSession(
            [
                "server.py": NetworkSession.streamServer(
                    #"peer.sendall(b"no " + peer.recv(100))"#, family: "UNIX", address: "\"\(name)\""),
                "job.py": """
                import socket
                peer = socket.socket(socket.AF_UNIX)
                peer.connect("\(name)")
                peer.sendall(b"entry")
                raise ValueError(peer.recv(100))
                """,
            ], server: "python3 server.py", command: "python3 job.py"
        ).expectSame()
    }

    @Test func `connections between processes of the run stay their own`() throws {
        let session = try AmberSession([
            "job.py": """
            import socket, threading, sys
            door = socket.socket()
            door.bind(("127.0.0.1", 0))
            door.listen()
            def serve():
                peer, _ = door.accept()
                peer.sendall(b"mine")
            threading.Thread(target=serve, daemon=True).start()
            print(socket.create_connection(door.getsockname()).recv(10))
            sys.exit(5)
            """
        ])
        let captured = try session.shell("amber capture --output $OUT -- python3 job.py")
        #expect(captured.status == 5, "\(captured.errorText)")
        let (end, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(end.errorText)")
        #expect(try session.shell("amber show $OUT --json | jq .conversations[]").outputText.isEmpty)
    }

    @Test func `the program's connections live through the relay's death`() throws {
        let session = try NetworkSession(
            [
                "server.py": NetworkSession.streamServer("peer.sendall(b'ok')"),
                "job.py": """
                import os, signal, socket, sys
                def ask():
                    return socket.create_connection(("127.0.0.1", int(sys.argv[1]))).recv(10)
                print(ask())
                os.kill(os.getppid(), signal.SIGKILL)
                print(ask(), flush=True)
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT; sleep 0.2",
            options: "--output $OUT")
        #expect(session.captured.outputText == "b'ok'\nb'ok'\n", "\(session.captured.errorText)")
    }

    @Test func `many connections at once lose nothing and cross nothing`() throws {
        let session = try NetworkSession(
            [
                "server.py": """
                import os, socketserver
                class Echo(socketserver.StreamRequestHandler):
                    def handle(self):
                        for line in self.rfile: self.wfile.write(line * 50)
                class Server(socketserver.ThreadingTCPServer):
                    request_queue_size = 1024
                    daemon_threads = True
                server = Server(("127.0.0.1", 0), Echo)
                open("port.new", "w").write(str(server.server_address[1]))
                os.rename("port.new", "port")
                server.serve_forever()
                """,
                "job.py": """
                import asyncio, sys
                async def ask(number):
                    reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
                    for turn in range(5):
                        line = f"{number}:{turn}\\n".encode()
                        writer.write(line)
                        for _ in range(50): assert await reader.readline() == line
                    writer.close()
                async def all():
                    await asyncio.gather(*(ask(number) for number in range(500)))
                asyncio.run(all())
                sys.exit(6)
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT")
        #expect(session.captured.status == 6, "\(session.captured.errorText)")
        let counts = try session.session.shell(
            "amber show $OUT --json | jq '[.conversations[] | select(.absence == null and (.isTruncated|not))] | length'"
        )
        #expect(counts.outputText == "500\n", "\(counts.outputText)\(counts.errorText)")
        try session.expectSame()
    }

    @Test func `a peer that is allowed to be reached is reached`() throws {
        let session = try AmberSession([
            "server.py": NetworkSession.webServer(#"self.answer(200, open("answer", "rb").read())"#),
            "job.py": """
            import sys, urllib.request
            text = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/").read()
            sys.exit(3 if text == b"old" else 0)
            """,
        ])
        let end = try session.shell(
            """
            echo -n old >answer
            python3 server.py >/dev/null 2>&1 </dev/null & SERVER=$!
            until [ -s port ]; do sleep 0.02; done
            amber capture --output $OUT -- python3 job.py $(cat port)
            echo -n new >answer
            amber replay $OUT --json $JSON; PLAYED=$?
            amber replay $OUT --json $JSON --network live=127.0.0.1:$(cat port); LIVE=$?
            kill $SERVER
            echo $PLAYED $LIVE
            """)
        #expect(end.outputText.hasSuffix("0 1\n"), "\(end.outputText)\(end.errorText)")
        let verdict = try VerdictFile.read(session.site.desk + "/verdict.json", end)
        #expect(verdict.verdict == .noFailure && verdict.changes.first?.hasPrefix("--network live=") == true)
    }
}

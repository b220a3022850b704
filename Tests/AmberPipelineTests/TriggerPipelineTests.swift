import AmberModel
import AmberTestSupport
import Testing

/// Every reason to keep a request, with a real service and real clients.
@Suite(.requires(.program("python3")))
struct TriggerPipelineTests {
    /// A service that does something remarkable under each of its paths, and answers 200 all the same.
    private static let odd = """
        import http.server, os, socket, struct, sys, time
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                if self.path == "/log" and not os.path.exists("quiet"):
                    print("WARNING: storm id=7", file=sys.stderr, flush=True)
                if self.path == "/slow" and not os.path.exists("quiet"): time.sleep(0.7)
                if self.path in ("/reset", "/close"): self.close_connection = True
                if self.path == "/reset":
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if self.close_connection: return
                text = b'{"error": "partial"}' if self.path == "/body" else b"{}"
                self.send_response(200)
                if self.path == "/header": self.send_header("X-Degraded", "yes")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
            def log_message(self, *words): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["UPSTREAM"])), Handler).serve_forever()
        """

    @Test func `what is remarkable is kept, and nothing else`() throws {
        let service = try ServiceSession(
            ["odd.py": Self.odd, "token": "secret\n"], command: "python3 odd.py",
            client: """
                for path in ["/header", "/body", "/close"]: get(path)
                get("/token", {"X-Amber-Capture": "secret"})
                for n in range(4): get("/plain", {"X-Amber-Capture": "guess"})
                import glob
                until(lambda: len(glob.glob("bundles/*.amber")) == 5)
                """,
            options: "--header 'X-Degraded: yes' --body '\"error\":' --token-file token --sample 5")
        let shown = try service.session.shell(
            """
            for file in bundles/*; do amber show $file | head -n 1 | cut -d ' ' -f 3-; done
            amber show --request bundles/*-4.amber
            """)
        let lines = shown.outputText.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(5) == [
                "GET /header → 200 (header X-Degraded: yes)", "GET /body → 200 (body \"error\":)",
                "GET /close → no response (the service closed the connection without a whole response)",
                "GET /token → 200 (X-Amber-Capture)", "GET /plain → 200 (one in 5)",
            ], "\(lines)")
        #expect(shown.outputText.contains("GET /token HTTP/1.1\r\n"))
        // A credential is for the service's owner alone.
        #expect(!shown.outputText.contains("secret"))
    }

    @Test(arguments: [
        ("/slow", "--latency 500ms", "production answered after"),
        ("/log", "--log 'WARNING: {_}'", "production logged 'WARNING: {_}'"),
    ])
    func `a slow or noisy request is reproduced by being so again`(
        _ path: String, _ options: String, _ difference: String
    ) throws {
        let service = try ServiceSession(
            ["odd.py": Self.odd], command: "python3 odd.py",
            client: """
                import glob
                get("/plain")
                get("\(path)")
                until(lambda: glob.glob("bundles/*.amber"))
                """, options: options)
        let session = service.session
        let (end, verdict) = try session.replay()
        #expect(verdict.reproduced, "\(end.errorText)")
        try session.site.write("", to: session.site.desk + "/quiet")
        let (other, cured) = try session.replay(
            "--with-file \(session.site.place)/quiet=\(session.site.desk)/quiet")
        #expect(cured.verdict == .noFailure, "\(other.errorText)")
        #expect(cured.divergences.contains { $0.description.hasPrefix(difference) }, "\(other.errorText)")
    }

    @Test func `systemd is told when the service listens and when it is to end, and logs are JSON`() throws {
        let service = try ServiceSession(
            [
                "odd.py": Self.odd,
                "manager.py": """
                import os, socket
                door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                door.bind("notify.new")
                os.rename("notify.new", "notify")
                while True:
                    text = door.recv(4096).decode()
                    print(text.split("\\n")[0], file=open("said", "a"), flush=True)
                    if "STOPPING" in text: break
                """,
            ],
            preparation: """
                python3 manager.py & MANAGER=$!
                until [ -e notify ]; do sleep 0.02; done
                export NOTIFY_SOCKET=$PWD/notify
                """, command: "python3 odd.py", client: "get('/plain')", options: "--log-format json",
            end: "kill -TERM $SERVE; wait $MANAGER; cat said; grep -c '^{\"level\":\"info\"' serve.log")
        #expect(service.served.outputText == "READY=1\nSTOPPING=1\n2\n", "\(service.served.errorText)")
    }

    @Test(.requires(.program("systemd-analyze")))
    func `systemd finds nothing wrong with the unit file`() throws {
        let recipes =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/") + "/Recipes/systemd"
        let session = try AmberSession()
        let end = try session.shell(
            """
            sed "s:/usr/local/bin/amber:\(AmberExecutable.path):" \(recipes)/app.service >app.service
            systemd-analyze verify ./app.service
            """)
        #expect(end.status == 0, "\(end.errorText)")
        #expect(end.errorText.isEmpty)
    }
}

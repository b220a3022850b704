import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

/// Programs that fail because of what was said inside TLS, with a private authority: the server and its files are gone.
@Suite(.requires(.program("python3"), .program("openssl")))
struct TLSPipelineTests {
    private static let options = "--tls-keys --output $OUT"

    /// Captures and replays; nothing but the certificate may differ.
    private func check(
        _ files: [String: String], server: String = TLSSession.server(), command: String,
        decrypts: Bool = true, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let session = try NetworkSession(files, server: server, command: command, options: Self.options)
        let verdict = try session.expectSame([.identical], location)
        #expect(verdict.divergences.filter(\.isRefusal).isEmpty, sourceLocation: location)
        #expect(session.captured.errorText.contains("network partial") == false, sourceLocation: location)
        guard decrypts else { return }
        let shown = try session.session.shell("amber show --network-only $OUT").outputText
        #expect(shown.contains("decrypted"), "\(shown)", sourceLocation: location)
        let variables = try session.session.shell("amber show --json $OUT; amber exec $OUT -- env").outputText
        #expect(!variables.contains("SSLKEYLOGFILE"), sourceLocation: location)
    }

    @Test(arguments: [
        "pass", "tls.maximum_version = ssl.TLSVersion.TLSv1_2; tls.set_ciphers('ECDHE+AESGCM')",
        "tls.maximum_version = ssl.TLSVersion.TLSv1_2; tls.set_ciphers('ECDHE+CHACHA20')",
    ]) func `malformed JSON comes back through urllib`(_ settings: String) throws {
        try check(
            [
                "server.py": TLSSession.webServer(TLSSession.price, settings: settings),
                "job.py": TLSSession.job,
            ],
            command: "python3 job.py $PORT ca.pem")
    }

    @Test func `a server with an elliptic key, and one named by address, come back`() throws {
        try check(
            [
                "server.py": TLSSession.webServer(TLSSession.price),
                "job.py": TLSSession.job.replacing("localhost", with: "127.0.0.1"),
            ], server: TLSSession.server(kind: "ec -pkeyopt ec_paramgen_curve:P-256"),
            command: "python3 job.py $PORT ca.pem")
    }

    @Test func `a session that begins after a talk in the open comes back`() throws {
        try check(
            [
                "server.py": """
                import os, socket, ssl
                tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                tls.load_cert_chain("server.pem", "server.key")
                door = socket.create_server(("127.0.0.1", 0))
                open("port.new", "w").write(str(door.getsockname()[1]))
                os.rename("port.new", "port")
                answers = {b"EHLO": b"250-here\\r\\n250 STARTTLS", b"RCPT": b"550 nobody of that name",
                           b"STAR": b"220 go on"}
                while True:
                    peer, _ = door.accept()
                    peer.sendall(b"220 ready\\r\\n")
                    while line := peer.recv(1000):
                        peer.sendall(answers.get(line[:4].upper(), b"250 as you like") + b"\\r\\n")
                        if line.startswith(b"STARTTLS"): peer = tls.wrap_socket(peer, server_side=True)
                """,
                "job.py": """
                import smtplib, ssl, sys
                with smtplib.SMTP("localhost", int(sys.argv[1])) as mail:
                    mail.starttls(context=ssl.create_default_context(cafile="ca.pem"))
                    mail.sendmail("shop@shop.example", "nobody@shop.example", "Hello")
                """,
            ], command: "python3 job.py $PORT")
    }

    @Test(arguments: ["SSL_CERT_FILE=ca.pem", "SSL_CERT_FILE=/nowhere SSL_CERT_DIR=hashed"])
    func `trust that comes from the environment holds`(_ variables: String) throws {
        try check(
            ["server.py": TLSSession.webServer(TLSSession.price), "job.py": TLSSession.job],
            command: "env \(variables) python3 job.py $PORT")
    }

    @Test(
        .requires(.program("curl")), arguments: ["", "--tls-max 1.2 --ciphers ECDHE-RSA-AES128-GCM-SHA256"])
    func `curl fails with the same status`(_ options: String) throws {
        try check(
            ["server.py": TLSSession.webServer(#"self.answer(503, b"busy")"#)],
            command: "curl -sS --fail-with-body \(options) --cacert ca.pem https://localhost:$PORT/x")
    }

    @Test(.requires(.program("node")), arguments: ["NODE_EXTRA_CA_CERTS=ca.pem"])
    func `Node fails on what it was told`(_ variable: String) throws {
        try check(
            [
                "server.py": TLSSession.webServer(TLSSession.price),
                "job.js": """
                require('https').get(`https://localhost:${process.argv[2]}/price`, response => {
                    let body = '';
                    response.on('data', piece => body += piece);
                    response.on('end', () => console.log(JSON.parse(body).offer.price));
                });
                """,
            ], command: "env \(variable) node job.js $PORT")
    }

    @Test func `a body that is cut short inside TLS is cut short again`() throws {
        try check(
            [
                "server.py": TLSSession.webServer(
                    """
                    self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 1000\\r\\n\\r\\nhalf")
                    self.close_connection = True
                    """), "job.py": TLSSession.job,
            ], command: "python3 job.py $PORT ca.pem")
    }

    @Test func `many connections at once cross nothing`() throws {
        try check(
            [
                "server.py": TLSSession.webServer(#"self.answer(200, self.path.encode())"#),
                "job.py": """
                import concurrent.futures, ssl, sys, urllib.request
                context = ssl.create_default_context(cafile="ca.pem")
                def ask(number):
                    url = f"https://localhost:{sys.argv[1]}/{number}"
                    return urllib.request.urlopen(url, context=context).read().decode() == f"/{number}"
                with concurrent.futures.ThreadPoolExecutor(8) as pool:
                    sys.exit(3 if all(pool.map(ask, range(24))) else 4)
                """,
            ], command: "python3 job.py $PORT")
    }

    @Test func `an authority that is not trusted is refused again`() throws {
        try check(
            ["server.py": TLSSession.webServer(TLSSession.price), "job.py": TLSSession.job],
            command: "python3 job.py $PORT", decrypts: false)
    }

    @Test(.requires(.program("node"))) func `Node refuses an authority that it does not know again`() throws {
        try check(
            [
                "server.py": TLSSession.webServer(TLSSession.price),
                "job.js": """
                require('https').get(`https://localhost:${process.argv[2]}/`).on('error', error => {
                    console.error(error.code);
                    process.exit(4);
                });
                """,
            ], command: "node job.js $PORT", decrypts: false)
    }

    @Test func `a name that the certificate lacks is refused again`() throws {
        try check(
            ["server.py": TLSSession.webServer(TLSSession.price), "job.py": TLSSession.job],
            server: TLSSession.server(names: "DNS:elsewhere.test"), command: "python3 job.py $PORT ca.pem",
            decrypts: false)
    }

    @Test func `a server that wants a certificate of the program says so again`() throws {
        let settings = "tls.verify_mode = ssl.CERT_REQUIRED; tls.load_verify_locations('ca.pem')"
        for version in ["", "; tls.maximum_version = ssl.TLSVersion.TLSv1_2"] {
            // The server's alert and its reset race on their way, in production too: a replay may meet the other one.
            withKnownIssue("an alert and the reset behind it may change places", isIntermittent: true) {
                try check(
                    [
                        "server.py": TLSSession.webServer(TLSSession.price, settings: settings + version),
                        "job.py": TLSSession.job,
                    ], command: "python3 job.py $PORT ca.pem", decrypts: false)
            }
        }
    }

    @Test func `without the secrets the bundle says what it lacks, and the replay refuses`() throws {
        let session = try NetworkSession(
            ["server.py": TLSSession.webServer(TLSSession.price), "job.py": TLSSession.job],
            server: TLSSession.server(), command: "python3 job.py $PORT ca.pem")
        #expect(session.captured.errorText.contains("encrypted, answered only to a client"))
        let (_, verdict) = try session.session.replay()
        #expect(verdict.verdict == .diverged)
        #expect(verdict.divergences.contains { $0.description.contains("--tls-keys") })
    }

    @Test func `a program that logs its secrets by itself goes on doing so`() throws {
        let session = try NetworkSession(
            ["server.py": TLSSession.webServer(TLSSession.price), "job.py": TLSSession.job],
            server: TLSSession.server(), command: "env SSLKEYLOGFILE=own.log python3 job.py $PORT ca.pem",
            options: Self.options)
        // `env` sets it behind our back: what it names is not known here, and the program's own file stays.
        #expect(try session.session.shell("test -s own.log").status == 0)
    }

    @Test func `nothing is left of the secrets, and a process that lives on can still open their file`()
        throws
    {
        let session = try AmberSession([
            "job.sh": """
            echo $SSLKEYLOGFILE > place
            (until [ -e go ]; do sleep 0.02; done; echo secret >> $SSLKEYLOGFILE && echo fine > late) >/dev/null 2>&1 &
            echo secret >> $SSLKEYLOGFILE
            """
        ])
        let end = try session.shell(
            """
            amber capture --tls-keys -- sh job.sh
            [ -e "$(cat place)" ] || exit 8
            touch go
            until [ -e late ]; do sleep 0.02; done
            grep -c secret "$(cat place)"
            rm -rf "$(dirname "$(cat place)")"
            """)
        #expect(end.outputText == "0\n", "\(end.errorText)")
    }
}

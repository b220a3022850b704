import AmberModel
import AmberTestSupport
import Testing

/// A program that fails because of what a server says; the server is gone when it is replayed.
struct NetworkSession {
    let session: AmberSession
    /// How the capture ended.
    let captured: TestProgram.End

    /// Starts a server, captures the program while it runs, ends the server.
    ///
    /// - Parameters:
    ///   - files: The program and the server, by name.
    ///   - server: A shell command; it writes its port to the file `port` when it listens.
    ///   - command: What is captured; `$PORT` is the port.
    ///   - options: Of `amber capture`.
    /// - Throws: Where the place cannot be made or the shell does not start.
    init(
        _ files: [String: String], server: String, command: String, options: String = "--output $OUT"
    ) throws {
        session = try AmberSession(files)
        captured = try session.shell(
            """
            rm -f port
            \(server) >server.log 2>&1 </dev/null &
            SERVER=$!
            until [ -s port ] || ! kill -0 $SERVER 2>/dev/null; do sleep 0.02; done
            PORT=$(cat port)
            amber capture \(options) -- \(command)
            STATUS=$?
            kill $SERVER
            wait $SERVER 2>/dev/null
            exit $STATUS
            """)
    }

    /// Replays without the server and the files, and expects the same failure.
    @discardableResult
    func expectSame(
        _ kinds: [Verdict.Kind] = [.identical], _ location: SourceLocation = #_sourceLocation
    ) throws -> Verdict {
        let (end, verdict) = try session.replay()
        let evidence = Comment(rawValue: captured.errorText + end.errorText)
        #expect(captured.status != 0, evidence, sourceLocation: location)
        #expect(kinds.contains(verdict.verdict), evidence, sourceLocation: location)
        #expect(end.status == 0, evidence, sourceLocation: location)
        return verdict
    }

    /// A Python HTTP server whose handler's GET is these lines; `self.path` tells what is asked for.
    static func webServer(_ lines: String) -> String {
        """
        import http.server, os
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self):
        \(lines.split(separator: "\n").map { "        " + $0 }.joined(separator: "\n"))
            def log_message(self, *words): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        open("port.new", "w").write(str(server.server_port))
        os.rename("port.new", "port")
        server.serve_forever()
        """
    }

    /// A Python server for one connection after the other; `talk` is given each as `peer`.
    static func streamServer(
        _ lines: String, family: String = "INET", address: String = #"("127.0.0.1", 0)"#
    )
        -> String
    {
        """
        import os, socket
        door = socket.socket(socket.AF_\(family))
        door.bind(\(address))
        door.listen(16)
        open("port.new", "w").write(str(door.getsockname()[1] if "\(family)" == "INET" else 1))
        os.rename("port.new", "port")
        while True:
            peer, _ = door.accept()
        \(lines.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
            peer.close()
        """
    }
}

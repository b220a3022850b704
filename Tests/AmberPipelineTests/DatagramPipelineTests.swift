import AmberModel
import AmberTestSupport
import Testing

/// Datagrams: questions to a name server, counters to a collector.
@Suite(.requires(.program("python3")))
struct DatagramPipelineTests {
    /// Answers every DNS question with an address, or that there is no such name.
    private static let nameServer = """
        import os, socket
        door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        door.bind(("127.0.0.1", 0))
        open("port.new", "w").write(str(door.getsockname()[1]))
        os.rename("port.new", "port")
        while True:
            question, peer = door.recvfrom(512)
            head = question[:2] + (b"\\x81\\x83" if b"missing" in question else b"\\x81\\x80") + b"\\0\\1"
            record = b"" if b"missing" in question else b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x3c\\0\\4\\x0a\\1\\2\\3"
            door.sendto(head + (b"\\0\\1" if record else b"\\0\\0") + b"\\0\\0\\0\\0" + question[12:] + record, peer)
        """

    /// Asks as resolvers do: by a random number, and only the server itself may answer.
    private static let resolver = """
        import os, socket, sys
        server = ("127.0.0.1", int(sys.argv[1]))
        def ask(name, connects):
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            if connects: one.connect(server)
            labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
            question = os.urandom(2) + b"\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0" + labels + b"\\0\\0\\1\\0\\1"
            if connects: one.send(question)
            else: one.sendto(question, server)
            answer, sender = one.recvfrom(512)
            assert sender == server and answer[:2] == question[:2], (sender, answer)
            if answer[3] & 15: raise LookupError(name)
            return ".".join(map(str, answer[-4:]))
        for connects in (True, False):
            print(ask("shop.example", connects))
        print(ask("missing.example", True))
        """

    @Test func `a name that does not exist does not exist again`() throws {
        try NetworkSession(
            ["server.py": Self.nameServer, "job.py": Self.resolver], server: "python3 server.py",
            command: "python3 job.py $PORT"
        ).expectSame()
    }

    @Test func `receives by recvmsg name the real sender too`() throws {
        let session = try NetworkSession(
            [
                "server.py": Self.nameServer,
                "job.py": """
                import socket, sys
                server = ("127.0.0.1", int(sys.argv[1]))
                one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                one.sendto(b"x" * 20, server)
                data, _, flags, sender = one.recvmsg(10)
                assert sender == server and len(data) == 10 and flags & socket.MSG_TRUNC, (data, flags, sender)
                one.settimeout(0.3)
                try: one.recvfrom(10)
                except TimeoutError: sys.exit(8)
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT")
        #expect(session.captured.status == 8, "\(session.captured.errorText)")
        try session.expectSame()
    }

    @Test func `counters that nobody takes are kept all the same`() throws {
        let session = try AmberSession([
            "job.py": """
            import socket, sys
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"jobs:1|c", ("127.0.0.1", 9))
            sys.exit(5)
            """
        ])
        let captured = try session.shell("amber capture --output $OUT -- python3 job.py")
        #expect(captured.status == 5, "\(captured.errorText)")
        let shown = try session.shell("amber show $OUT --network-only").outputText
        #expect(shown.contains("jobs:1|c"), "\(shown)")
        let (end, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(end.errorText)")
    }

    @Test func `an alarm reaches a program that waits for a datagram`() throws {
        let session = try NetworkSession(
            [
                "server.py": Self.nameServer,
                "job.py": """
                import signal, socket, sys
                signal.signal(signal.SIGALRM, lambda *_: sys.exit(6))
                one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                one.sendto(b"x" * 20, ("127.0.0.1", int(sys.argv[1])))
                one.recvfrom(512)
                signal.alarm(1)
                one.recvfrom(512)
                """,
            ], server: "python3 server.py", command: "python3 job.py $PORT")
        #expect(session.captured.status == 6, "\(session.captured.errorText)")
    }

    @Test func `a system log and a service manager are there again, and see the program itself`() throws {
        let session = try NetworkSession(
            [
                "server.py": """
                import os, socket, struct
                door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                door.bind("log")
                door.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
                open("port.new", "w").write("1")
                os.rename("port.new", "port")
                while True:
                    text, extra, _, _ = door.recvmsg(4096, 64)
                    pid = struct.unpack("3i", extra[0][2])[0]
                    open("senders", "a").write(f"{pid} {text.split()[-1].decode().rstrip(chr(0))}\\n")
                """,
                "job.py": """
                import logging.handlers, os, socket
                log = logging.getLogger()
                log.addHandler(logging.handlers.SysLogHandler(os.path.abspath("log")))
                for _ in range(200): log.error("from %d", os.getpid())
                one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                assert one.sendto(b"READY=1 %d" % os.getpid(), os.path.abspath("log")) > 8
                raise ValueError("cannot go on")
                """,
            ], server: "python3 server.py", command: "python3 job.py")
        // What it saw was the program, not Amber: systemd and journald go by that.
        let senders = try session.session.shell("awk '$1 == $2 { n++ } END { print n }' senders").outputText
        #expect(senders == "201\n", "\(session.captured.errorText)")
        _ = try session.session.shell("rm log")
        try session.expectSame([.identical, .reproduced])
    }

    @Test func `a local question whose answer is not recorded is refused, not waited for`() throws {
        let session = try NetworkSession(
            [
                "server.py": """
                import os, socket
                door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                door.bind("door")
                open("port.new", "w").write("1")
                os.rename("port.new", "port")
                while True:
                    text, peer = door.recvfrom(64)
                    door.sendto(text, peer)
                """,
                "job.py": """
                import os, socket, sys
                one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                one.bind("own")
                one.connect(os.path.abspath("door"))
                one.send(b"x")
                sys.exit(one.recv(10) == b"x" and 7)
                """,
            ], server: "python3 server.py", command: "python3 job.py")
        #expect(session.captured.status == 7, "\(session.captured.errorText)")
        #expect(session.captured.errorText.contains("the socket had an address of its own"))
        let (end, verdict) = try session.session.replay()
        #expect(verdict.verdict == .diverged, "\(end.errorText)")
    }

    @Test func `a socket that the run itself makes by a relative path is not there when it starts again`()
        throws
    {
        let session = try AmberSession([
            "job.py": """
            import os, socket, sys
            door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            door.bind("./door")
            door.listen()
            one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            one.connect(os.path.abspath("door"))
            peer, _ = door.accept()
            peer.send(b"seven")
            sys.exit(one.recv(10) == b"seven" and 7)
            """
        ])
        #expect(try session.shell("amber capture --output $OUT -- python3 job.py").status == 7)
        #expect(try session.shell("amber show $OUT --network-only").outputText.isEmpty == true)
        let (end, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(end.errorText)")
    }
}

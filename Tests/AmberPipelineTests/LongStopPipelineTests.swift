import AmberKernel
import AmberTestSupport
import Glibc
import Testing

/// A program that stands in a debugger for long keeps its recorded peers and its time.
@Suite(.requires(.program("gdb"), .program("gcc"), .program("python3"))) struct LongStopPipelineTests {
    private static let server = """
        import socket
        listener = socket.create_server(("127.0.0.1", 0))
        open("port.new", "w").write(str(listener.getsockname()[1]))
        __import__("os").rename("port.new", "port")
        peer = listener.accept()[0]
        while True:
            asked = peer.recv(100)
            if not asked: break
            peer.sendall(b"answer to " + asked)
        """
    private static let program = """
        #include <arpa/inet.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <time.h>
        #include <unistd.h>
        static char answer[100];
        static void ask(int peer, const char *text) {
            memset(answer, 0, sizeof answer);
            if (write(peer, text, strlen(text)) < 0 || read(peer, answer, 99) <= 0) exit(8);
        }
        static void between(void) {}
        int main(int argc, char **argv) {
            struct sockaddr_in to = {AF_INET, htons(atoi(argv[1])), {htonl(INADDR_LOOPBACK)}};
            int peer = socket(AF_INET, SOCK_STREAM, 0);
            if (connect(peer, (void *)&to, sizeof to) < 0) return 9;
            time_t began = time(0);
            ask(peer, "one");
            between();
            ask(peer, "two");
            printf("%s, the year %d, %ld s\\n", answer, gmtime(&began)->tm_year + 1900, (long)(time(0) - began));
            exit(argc > 2 ? 3 : 0);
        }
        """

    /// Ten minutes in the full suite; otherwise long enough for every time-out of a playback.
    private static let seconds = getenv("AMBER_TESTS").map { String(cString: $0) } == "full" ? 600 : 3

    @Test func `a recorded peer answers after a long stop, and the clock runs on from the recorded time`()
        throws
    {
        let run = try NetworkSession(
            ["server.py": Self.server, "prog.c": Self.program],
            server: "gcc -g -O0 -o prog prog.c && python3 server.py", command: "./prog $PORT fail")
        #expect(run.captured.status == 3, "\(run.captured.errorText)")
        try run.session.site.hide()
        let seconds = Self.seconds
        var shell = run.session
        shell.timeLimit = .seconds(seconds + 60)
        let end = try shell.shell(
            """
            amber debug $OUT --at start -- -batch -ex 'break between' -ex continue -ex 'print answer' \\
                -ex 'shell sleep \(seconds)' -ex 'break exit' -ex continue -ex 'print answer' \\
                -ex 'print began > 1700000000' -ex 'up' -ex 'print (long)time(0) - began >= \(seconds)' 2>&1
            """)
        #expect(end.outputText.contains("\"answer to one\""), "\(end.outputText)")
        #expect(end.outputText.contains("\"answer to two\""), "\(end.outputText)")
        #expect(end.outputText.contains("= 1\n"), "\(end.outputText)")
    }
}

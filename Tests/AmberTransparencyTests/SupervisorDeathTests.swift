import AmberTestSupport
import Testing

/// The supervisor is killed with SIGKILL: the program goes on and ends as it would have.
@Suite(.serialized)
struct SupervisorDeathTests {
    /// Kills the supervisor once the program has said its first line, and prints what came out. The program lives
    /// longer than the longest delay; should it not, Amber's own words are no part of its output.
    private static let killed = """
        $RUN $VICTIMS/churn 1500 > >(cat > out) 2> >(cat > err) &
        supervisor=$!
        while [ ! -s out ]; do sleep 0.005; done; sleep 0.0$DELAY
        kill -KILL $supervisor
        for i in $(seq 400); do grep -q "^line 1499$" err && break; sleep 0.05; done
        sleep 0.2; sha1sum < out; grep -v "^amber: " err | sha1sum; cat b; ls
        """

    @Test func `the program goes on, its output is complete, and nothing is left behind`() throws {
        let place = try Workplace()
        let native = try place.native("$VICTIMS/churn 1500 > out 2> err; sha1sum < out; sha1sum < err; cat b")
        for round in 0..<40 {
            try place.clear()
            let script = "DELAY=\(round * 2 % 10)\(round % 10); " + Self.killed
            let result = try place.captured(script, seconds: 60)
            #expect(result.text.hasPrefix(native.text), "round \(round): \(result.text) \(result.errorText)")
            let left = result.text.split(separator: "\n").dropFirst(3).joined(separator: " ")
            #expect(left == "b err out", "round \(round)")
        }
        #expect(try place.leftovers() == "")
        #expect(try Shell.run("test -e \(place.bundle)", in: "/tmp").status == 1)
        #expect(try place.processes() == "")
    }

    @Test func `a supervisor killed while it starts leaves no process behind`() throws {
        let place = try Workplace()
        let script = """
            for i in $(seq 40); do
              $RUN $VICTIMS/churn 5 > /dev/null 2>&1 & supervisor=$!
              sleep 0.0$((i % 5))$((i % 10)); kill -KILL $supervisor; wait $supervisor
            done 2> /dev/null
            for i in $(seq 100); do pgrep -f "$VICTIMS/churn" > /dev/null || break; sleep 0.1; done
            pgrep -fa "$VICTIMS/churn"
            """
        #expect(try place.captured(script, seconds: 90).text == "")
        #expect(try place.leftovers() == "")
    }

    @Test func `a stopped supervisor does not stop the program`() throws {
        let place = try Workplace()
        let script = """
            $RUN $VICTIMS/churn 3000 > out 2> /dev/null & supervisor=$!
            while [ ! -s out ]; do sleep 0.005; done
            kill -STOP $supervisor
            for i in $(seq 300); do [ "$(tail -n 1 out)" = "line 2999" ] && break; sleep 0.1; done
            tail -n 1 out; kill -CONT $supervisor; wait $supervisor; echo $?
            """
        #expect(try place.captured(script, seconds: 90).text == "line 2999\n3\n")
    }

    @Test func `a daemon outlives the command and its later files are written`() throws {
        let place = try Workplace()
        let script = "time -p $RUN $VICTIMS/daemon 1; echo returned; sleep 2.5; cat late.copy; ls"
        let result = try place.captured(script)
        #expect(result.text == "returned\nlate\nlate.copy\nlate.renamed\n")
    }
}

import AmberTestSupport
import Testing

/// Every signal reaches the program exactly once, whoever sends it to whom.
@Suite(.serialized)
struct SignalTests {
    static let names = [
        "INT", "TERM", "HUP", "QUIT", "TSTP", "CONT", "USR1", "USR2", "WINCH", "ALRM", "TTIN",
    ]

    /// `setsid` makes the group whose number is the supervisor's pid.
    private static func script(_ signal: String, to target: String) -> String {
        """
        setsid env --default-signal=INT,QUIT $RUN $VICTIMS/sigcount 0.9 > out 2> err & supervisor=$!
        while ! grep -q ready out; do sleep 0.01; done
        for i in 1 2; do kill -\(signal) \(target); sleep 0.15; done
        wait $supervisor; status=$?; kill -l \(signal) | sed 's/$/=2/' > want; tail -n +2 out | diff - want && echo $status
        """
    }

    @Test(arguments: names, ["-- -$supervisor", "$supervisor"])
    func `a signal for the group or the supervisor reaches the program once`(
        _ name: String, _ target: String
    ) throws {
        let result = try Workplace().captured(Self.script(name, to: target))
        #expect(result.text == "0\n", "\(result.text) \(result.errorText)")
    }

    @Test(arguments: ["-- -$supervisor", "$supervisor"])
    func `an ignored signal stays ignored`(_ target: String) throws {
        let script = """
            trap '' HUP; setsid env --default-signal=INT,QUIT $RUN $VICTIMS/sigcount 0.5 > out 2> err & supervisor=$!
            while ! grep -q ready out; do sleep 0.01; done
            kill -HUP \(target); wait $supervisor; echo $?; tail -n +2 out
            """
        #expect(try Workplace().captured(script).text == "0\n1=100\n")
    }

    @Test(arguments: ["ABRT", "SEGV", "TRAP", "BUS", "FPE", "SYS", "PIPE"])
    func `a program that signals its whole group ends the capture with its status`(_ name: String) throws {
        let script = """
            setsid -w $RUN bash -c 'echo out; kill -\(name) 0' > out 2> err; echo $(($? - $(kill -l \(name))))
            cat out; grep -c -e swift-runtime -e Backtrac err
            """
        #expect(try Workplace().captured(script).text == "128\nout\n0\n")
    }

    @Test(arguments: [("TERM", 143), ("INT", 130), ("HUP", 129)])
    func `a signal that ends the program ends the capture with its status`(
        _ name: String, _ status: Int
    ) throws {
        let script = """
            setsid env --default-signal=INT,QUIT $RUN sleep 30 2> err & supervisor=$!
            while ! pgrep -P $supervisor sleep > /dev/null; do sleep 0.01; done
            kill -\(name) $supervisor; wait $supervisor; echo $?
            """
        #expect(try Workplace().captured(script).text == "\(status)\n")
    }
}

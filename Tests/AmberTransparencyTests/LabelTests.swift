import AmberTestSupport
import Testing

/// What capture cannot leave as it is says so.
@Suite(.serialized)
struct LabelTests {
    @Test func `a program that asks for io_uring falls back, and that is labelled`() throws {
        let result = try Workplace().captured("$RUN $VICTIMS/ring; echo $?")
        #expect(result.text == "no ring, falling back\n3\n")
        #expect(result.errorText.contains("io_uring was refused"))
    }

    @Test func `a program that brings a listener of its own is refused it, and that is labelled`() throws {
        let result = try Workplace().captured("$RUN $VICTIMS/listener own; echo $?")
        #expect(result.text == "filter 0\nlistener Device or resource busy\n3\n")
        #expect(result.errorText.contains("its own seccomp listener"))
    }

    @Test func `a capture below a capture runs the command unrecorded, and says so`() throws {
        let result = try Workplace().captured("$RUN $AMBER capture -- sh -c 'echo inner; exit 4'; echo $?")
        #expect(result.text == "inner\n4\n")
        #expect(result.errorText.contains("runs without being recorded"))
    }

    @Test(.requires(.root))
    func `a program with rights by its file keeps them, unrecorded, for an ordinary user`()
        throws
    {
        let script = """
            chmod 711 . ..; cp /usr/bin/id . && chmod 4755 id
            setpriv --reuid 64760 --regid 65534 --clear-groups $RUN ./id -u; echo $?
            """
        let place = try Workplace()
        let native = try place.native(script)
        let result = try place.captured(script)
        #expect(result.text == native.text)
        #expect(result.errorText.contains("has rights by its file"))
    }

    @Test func `an output that is a file holds no word of Amber's in the failure that was read`() throws {
        let result = try Workplace().captured(
            "$RUN sh -c 'echo the reason >&2; exit 4' 2> said; grep 'failure:' said")
        #expect(result.text == "amber: failure: the reason (exit code 4)\n")
    }
}

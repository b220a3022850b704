import AmberTestSupport
import Testing

/// ^C while a bundle is sealed costs the bundle, not the command's status.
struct InterruptedSealTests {
    @Test func `an interrupted seal ends at once with the status of the command`() throws {
        let script = """
            head -c 400000000 /dev/urandom > big
            setsid env --default-signal=INT $RUN sh -c 'cat big > /dev/null; exit 3' 2> said & supervisor=$!
            while ! grep -q sealing said; do sleep 0.01; done
            sleep 0.2; kill -INT $supervisor; wait $supervisor; echo $?; grep -c 'interrupted while it was sealed' said
            ls; test -e $BUNDLE || echo none
            """
        #expect(try Workplace().captured(script).text == "3\n1\nbig\nsaid\nnone\n")
    }
}

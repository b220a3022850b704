import AmberKernel

/// Where commands speak: answers on stdout, talk on stderr.
///
/// Most of it quotes bundles, which come from strangers: nothing reaches a terminal that would steer it.
struct Console {
    /// Prints an answer, with a newline.
    func answer(_ text: String) { ThisProcess.say(PlainText.lines(text) + "\n", on: 1) }

    /// Prints bytes of an answer, to a file or a pipe as they are.
    func answer(_ bytes: [UInt8]) {
        let isShown = Terminal.isTerminal(1)
        try? Files.writeAll(
            1, isShown ? Array(PlainText.lines(String(decoding: bytes, as: UTF8.self)).utf8) : bytes)
    }

    /// Says something to people.
    func say(_ text: String) { ThisProcess.say("amber: \(PlainText.lines(text))\n") }

    /// Says something to people without any prefix.
    func line(_ text: String) { ThisProcess.say(PlainText.lines(text) + "\n") }
}

import AmberKernel

/// Where commands speak: answers on stdout, talk on stderr.
struct Console {
    /// Prints an answer, with a newline.
    func answer(_ text: String) { ThisProcess.say(text + "\n", on: 1) }

    /// Prints bytes of an answer as they are.
    func answer(_ bytes: [UInt8]) { try? Files.writeAll(1, bytes) }

    /// Says something to people.
    func say(_ text: String) { ThisProcess.say("amber: \(text)\n") }

    /// Says something to people without any prefix.
    func line(_ text: String) { ThisProcess.say(text + "\n") }
}

import ArgumentParser

/// The statuses that scripts rely on.
enum ExitStatus {
    /// The replay gave the recorded failure; a check found nothing.
    static let success = ExitCode(0)
    /// The replay did not give the recorded failure; a check found something.
    static let negative = ExitCode(1)
    /// It could not be tried.
    static let failure = ExitCode(2)
    /// `capture`: Amber failed before the command started.
    static let supervision = ExitCode(125)

    /// The table that `--help` prints.
    static let table = """
        Exit status:
          capture        the command's own (128+n for signal n); 125 if Amber could
                         not start it, 126 and 127 as a shell says them
          serve          the service's own; 125, 126 and 127 as `capture`
          replay         0 reproduced, 1 not reproduced, 2 could not run
          verify         0 sound, 1 damaged, 2 could not be read
          shell, exec    the program's own in the sandbox
          debug          the debugger's own
          others         0, or 2 when they could not do their work
        """
}

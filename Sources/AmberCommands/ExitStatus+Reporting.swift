import ArgumentParser

extension ExitStatus {
    /// Ends a command with the status that `body` gives, or says what went wrong and ends it as a failure.
    static func reporting(_ body: () throws -> ExitCode) throws -> Never {
        let status: ExitCode
        do { status = try body() } catch {
            Console().say("\(error)")
            throw failure
        }
        throw status
    }
}

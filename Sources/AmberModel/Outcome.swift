/// How a run ended.
public enum Outcome: Hashable, Sendable {
    /// It called exit with this code, 0 to 255.
    case exited(code: Int32)
    /// This signal ended it, 1 to 64.
    case signaled(signal: Int32)
    /// Amber's own time limit ended it.
    case timedOut
    /// It had not ended: a service, when one of its requests failed.
    case running

    /// Tells whether the run is a success by the shell's convention: exit code 0.
    public var isSuccess: Bool { self == .exited(code: 0) }

    /// The status a shell would report: the code, 128+n for a signal, 124 for a time-out (timeout(1)),
    /// 0 for what goes on.
    public var shellStatus: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        case .timedOut: 124
        case .running: 0
        }
    }
}

extension Outcome: CustomStringConvertible {
    /// `exit code 3`, `signal 11 (SIGSEGV)` or `timed out`.
    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal): "signal \(signal) (\(SignalName.name(of: signal)))"
        case .timedOut: "timed out"
        case .running: "running"
        }
    }
}

extension Outcome: Codable {
    private enum CodingKeys: String, CodingKey {
        case exitCode = "exit_code"
        case signal
        case timeout
        case running
    }

    /// Reads `{"exit_code": n}`, `{"signal": n}`, `{"timeout": true}` or `{"running": true}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let code = try container.decodeIfPresent(Int32.self, forKey: .exitCode) {
            self = .exited(code: code)
        } else if let signal = try container.decodeIfPresent(Int32.self, forKey: .signal) {
            self = .signaled(signal: signal)
        } else if try container.decodeIfPresent(Bool.self, forKey: .timeout) == true {
            self = .timedOut
        } else if try container.decodeIfPresent(Bool.self, forKey: .running) == true {
            self = .running
        } else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "an outcome has exit_code, signal, timeout or running"))
        }
    }

    /// Writes the one key that says how the run ended.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .exited(let code): try container.encode(code, forKey: .exitCode)
        case .signaled(let signal): try container.encode(signal, forKey: .signal)
        case .timedOut: try container.encode(true, forKey: .timeout)
        case .running: try container.encode(true, forKey: .running)
        }
    }
}

import AmberCapture
import AmberModel

/// `amber capture [--output FILE] [--on failure|always] -- CMD ARG…`, the form that stands in production's crontabs.
///
/// It is read without the argument parser, which costs 3 ms at each start (it reflects over every verb): half of all
/// that a captured `true` costs. Anything else, and anything wrong, is left to `CaptureCommand`, whose words the user
/// then gets.
struct PlainCapture {
    /// What it asks for: the same as `CaptureCommand` would.
    let configuration: CaptureConfiguration

    /// Reads a command line, program first; nil where it is not plain.
    init?(_ line: [[UInt8]]) {
        guard line.count > 3, line[1].elementsEqual("capture".utf8) else { return nil }
        var output: String?
        var policy = CaptureConfiguration.Policy.failure
        var place = 2
        while place + 2 < line.count, !line[place].elementsEqual("--".utf8) {
            guard let name = String(validating: line[place], as: UTF8.self),
                let value = String(validating: line[place + 1], as: UTF8.self), !value.hasPrefix("-")
            else { return nil }
            switch name {
            case "--output", "-o": output = value
            case "--on":
                guard let named = CaptureConfiguration.Policy(rawValue: value) else { return nil }
                policy = named
            default: return nil
            }
            place += 2
        }
        guard place + 1 < line.count, line[place].elementsEqual("--".utf8) else { return nil }
        var configuration = CaptureConfiguration(arguments: line[(place + 1)...].map { ByteString($0) })
        configuration.output = output
        configuration.policy = policy
        self.configuration = configuration
    }
}

import AmberKernel
import FoundationEssentials
package import Logging

/// Writes log records to standard error: as text for people, or a JSON object a line.
package struct ServeLog: LogHandler {
    /// How records look.
    package enum Format: String, Sendable, CaseIterable {
        case text
        case json
    }

    package var logLevel = Logger.Level.info
    package var metadata: Logger.Metadata = [:]
    private let format: Format

    package init(_ format: Format) { self.format = format }

    /// A logger.
    package static func logger(_ format: Format, level: Logger.Level = .info) -> Logger {
        var logger = Logger(label: "amber") { _ in ServeLog(format) }
        logger.logLevel = level
        return logger
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        switch format {
        case .text:
            let level = event.level >= .warning ? "\(event.level): " : ""
            let tail = all.map { " \($0.key)=\($0.value)" }.joined()
            ThisProcess.say("amber: \(level)\(event.message)\(tail)\n")
        case .json:
            var object: [String: String] = [:]
            for (key, value) in all { object[key] = "\(value)" }
            object["time"] = Date().ISO8601Format()
            object["level"] = "\(event.level)"
            object["message"] = "\(event.message)"
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let line = try? encoder.encode(object) else { return }
            ThisProcess.say(String(decoding: line, as: UTF8.self) + "\n")
        }
    }
}

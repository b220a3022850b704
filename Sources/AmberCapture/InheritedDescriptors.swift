import AmberKernel
import AmberModel

/// Descriptors above 2 that the command inherits: `job 3< list`, a job server's pipe, a socket of a service manager.
///
/// The command gets them under capture as it would without; a replay has none of them.
struct InheritedDescriptors {
    /// Files that are open for reading alone: what they hold is an input.
    let inputs: [[UInt8]]
    /// What each leads to, by its number.
    private let targets: [(number: Int32, target: [UInt8])]

    private static let limit = 256

    /// Looks at this process's own, before it opens any that are meant for the command.
    init() {
        let own = ThisProcess.processID
        var inputs: [[UInt8]] = []
        var targets: [(number: Int32, target: [UInt8])] = []
        let numbers = ProcessFacts.descriptors(of: own).filter { $0.number > 2 && !$0.isCloseOnExec }
        for number in numbers.map(\.number).sorted().prefix(Self.limit) {
            guard let target = try? Files.readLink(KernelPath("/proc/\(own)/fd/\(number)")),
                !target.elementsEqual("/dev/null".utf8)
            else { continue }
            targets.append((number, target))
            let status = try? Files.status(of: number)
            if status?.isRegular ?? false, Streams.isReadOnly(number) { inputs.append(target) }
        }
        self.inputs = inputs
        self.targets = targets
    }

    /// The row of the fidelity report; nil where there are none that the command is likely to use.
    ///
    /// Programs leak descriptors to everything that they start. What is meant for a command has a number of one digit, as
    /// shells write it, or is among its words (`diff <(one) <(other)`).
    func row(for arguments: [ByteString]) -> FidelityReport.Row? {
        let words = arguments.map(\.description)
        let meant = targets.filter { item in
            item.number < 10 || words.contains { $0.hasSuffix("/fd/\(item.number)") }
        }
        guard !meant.isEmpty else { return nil }
        let list = meant.map { "\($0.number) (\(ByteString($0.target)))" }.joined(separator: ", ")
        return FidelityReport.Row(
            aspect: "descriptors", level: .partial,
            reason: "the command inherited \(list); a replay has none of them",
            remedy: "let the command open them itself: amber capture -- sh -c 'exec job 3< list'")
    }
}

import AmberKernel
import Synchronization

/// A nameless file with one message, whole as far as it was recorded.
final class SpillFile: Sendable {
    private let descriptor: OwnedDescriptor
    private let writer: SpillWriter
    private let taken = Atomic<Int>(0)
    private let written = Atomic<Int>(0)
    private let hasFailed = Atomic(false)

    init(_ descriptor: consuming OwnedDescriptor, writer: SpillWriter) {
        self.descriptor = descriptor
        self.writer = writer
    }

    deinit { writer.release(taken.load(ordering: .relaxed)) }

    /// For reading, by offset; valid as long as this value.
    var number: Int32 { descriptor.number }
    /// Bytes that can be read.
    var size: Int { written.load(ordering: .acquiring) }
    /// Bytes that were given to the writer.
    var takenSize: Int { taken.load(ordering: .relaxed) }
    /// The disk refused.
    var isDamaged: Bool { hasFailed.load(ordering: .relaxed) }

    func didTake(_ count: Int) { taken.wrappingAdd(count, ordering: .relaxed) }

    /// Writes at the end; on the writer's thread alone.
    func append(_ bytes: [UInt8]) {
        guard !isDamaged else { return }
        do throws(SyscallError) {
            try Files.writeAll(descriptor.number, bytes)
            written.wrappingAdd(bytes.count, ordering: .releasing)
        } catch {
            hasFailed.store(true, ordering: .relaxed)
        }
    }
}

package import AmberKernel
import AmberModel

/// Reads a waiting call's arguments out of its caller; lives on the listener's thread.
package struct CallDecoder {
    private var processes: [Int32: Int32] = [:]
    private var arePathsForeign = false

    package init() {}

    /// Decodes a call that waits; nil for one that has no shape (an architecture that is not filtered).
    package mutating func decode(_ raw: RawCall) -> ObservedCall? {
        let key = UInt64(raw.architecture) << 32 | UInt64(raw.number)
        guard let shape = SyscallTable.shapes[key] else { return nil }
        let (processID, parentID) = process(of: raw.threadID, isFresh: shape.action == .started)
        var call = ObservedCall(
            shape: shape, threadID: raw.threadID, processID: processID, time: Clock.monotonic())
        call.parentID = parentID
        if let flags = shape.flags { call.flags = raw.arguments[flags] }
        readPaths(of: &call, raw)
        switch shape.action {
        case .open: readOpenFlags(of: &call, raw)
        case .execute: readVectors(of: &call, raw)
        case .connect, .bind:
            call.socket = Int32(truncatingIfNeeded: raw.arguments[0])
            readAddress(of: &call, raw, at: 1, length: 2)
        case .send:
            call.socket = Int32(truncatingIfNeeded: raw.arguments[0])
            readAddress(of: &call, raw, at: 4, length: 5)
            call.payload = raw.arguments[2]
        case .socketName:
            call.socket = Int32(truncatingIfNeeded: raw.arguments[0])
            call.addressPointers = (raw.arguments[1], raw.arguments[2])
        case .exit:
            call.flags = raw.arguments[0] & 0xFF
            forget(call.processID)
        case .namespace: arePathsForeign = true
        default: break
        }
        if arePathsForeign { call.root = root(of: raw.threadID) }
        return call
    }

    /// The process of a thread, and its parent where it had to be looked up: later it may be gone.
    private mutating func process(of threadID: Int32, isFresh: Bool) -> (Int32, parent: Int32) {
        if !isFresh, let known = processes[threadID] { return (known, 0) }
        let found = ProcessFacts.identity(of: threadID) ?? (group: threadID, parent: 0)
        if processes.count > 65536 { processes.removeAll() }
        processes[threadID] = found.group
        return (found.group, found.parent)
    }

    private mutating func forget(_ processID: Int32) {
        processes[processID] = nil
        if processes.count > 4096 { processes = processes.filter { $0.value != processID } }
    }

    private func readPaths(of call: inout ObservedCall, _ raw: RawCall) {
        if let index = call.shape.descriptor {
            call.path = link("fd/\(Int32(truncatingIfNeeded: raw.arguments[index]))", raw.threadID)
            return
        }
        if let index = call.shape.path {
            (call.path, call.base) = path(&call, raw, index, call.shape.directory)
        }
        if let index = call.shape.second {
            (call.second, call.secondBase) = path(&call, raw, index, call.shape.secondDirectory)
        }
    }

    private func path(
        _ call: inout ObservedCall, _ raw: RawCall, _ index: Int, _ directory: Int?
    ) -> (path: [UInt8], base: [UInt8]) {
        let pointer = raw.arguments[index]
        let number = directory.map { Int32(truncatingIfNeeded: raw.arguments[$0]) }
        // A NULL path of futimesat, an empty one with AT_EMPTY_PATH: the descriptor itself.
        guard pointer != 0 else { return (number.map { link("fd/\($0)", raw.threadID) } ?? [], []) }
        guard let path = ProcessMemory.string(raw.threadID, pointer, limit: 4096) else {
            call.isReadable = false
            return ([], [])
        }
        if path.first == UInt8(ascii: "/") {
            return (OwnLink.followed(path, of: raw.threadID, isNoFollow: call.shape.isNoFollow), [])
        }
        let base = number.map { $0 == Files.here ? "cwd" : "fd/\($0)" } ?? "cwd"
        let origin = link(base, raw.threadID)
        return path.isEmpty ? (origin, []) : (path, origin)
    }

    private func link(_ name: String, _ threadID: Int32) -> [UInt8] {
        (try? Files.readLink(KernelPath("/proc/\(threadID)/\(name)"))) ?? []
    }

    private func readOpenFlags(of call: inout ObservedCall, _ raw: RawCall) {
        if call.shape.name == "creat" { call.flags = 0o1101 }
        guard call.shape.name == "openat2", let how = ProcessMemory.read(raw.threadID, call.flags, count: 24),
            how.count == 24
        else { return }
        call.flags = how[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func readVectors(of call: inout ObservedCall, _ raw: RawCall) {
        let first = call.shape.name == "execveat" ? 2 : 1
        let size = raw.architecture == SyscallTable.i386 ? 4 : 8
        call.arguments = ProcessMemory.strings(raw.threadID, raw.arguments[first], pointerSize: size) ?? []
        call.environment =
            ProcessMemory.strings(raw.threadID, raw.arguments[first + 1], pointerSize: size) ?? []
        if size == 8 { call.environmentPointer = raw.arguments[first + 1] }
    }

    private func readAddress(of call: inout ObservedCall, _ raw: RawCall, at index: Int, length: Int) {
        let count = Int(min(raw.arguments[length], 128))
        guard count > 0, raw.arguments[index] != 0 else { return }
        call.address = ProcessMemory.read(raw.threadID, raw.arguments[index], count: count) ?? []
        if case .file(let path) = SocketAddress(call.address), path.first != UInt8(ascii: "/") {
            call.base = link("cwd", raw.threadID)
        }
    }

    private func root(of threadID: Int32) -> ObservedCall.RootIdentity {
        if let theirs = try? Files.status(KernelPath("/proc/\(threadID)/ns/mnt"), following: true),
            theirs.inode != Self.ownNamespace
        {
            return .namespace(theirs.inode)
        }
        let root = link("root", threadID)
        return root == [UInt8(ascii: "/")] || root.isEmpty ? .own : .directory(root)
    }

    private static let ownNamespace = (try? Files.status("/proc/self/ns/mnt", following: true))?.inode
}

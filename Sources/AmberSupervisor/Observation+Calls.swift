import AmberKernel
import AmberModel

extension Observation {
    /// Records one call. Runs on the recorder's thread, before the kernel carries a mutation out.
    func record(_ call: ObservedCall) {
        if !call.isReadable {
            labels.insert(.unreadableCaller)
            // What it names is not known: an empty path would mean the directory that it starts from.
            if call.shape.action != .namespace { return }
        }
        settleRenamings(before: call.threadID)
        let process = processes.index(of: call.processID, parent: call.parentID)
        switch call.shape.action {
        case .open: recordOpen(call, process)
        case .execute: recordExecute(call, process)
        case .started: processes.didStart(process)
        case .exit:
            processes.willExit(process, code: Int32(call.flags))
            append(.exit, call, process, code: Int32(call.flags))
        case .remove, .rename, .truncate, .link, .symlink, .make, .attribute: recordMutation(call, process)
        case .namespace:
            resolver.forget()
            known.removeAll(keepingCapacity: true)
            if call.shape.name == "foreign" { labels.insert(.foreignNamespace) }
            append(.mount, call, process, path: call.path.isEmpty ? -1 : paths.number(of: call.path))
        case .connect, .send: recordPeer(call, process)
        case .bind: recordBind(call, process)
        case .ring: labels.insert(.ring)
        case .listener: labels.insert(.ownListener)
        case .filterMode, .standardInput, .socketName, .receive, .world: break
        }
    }

    private func recordOpen(_ call: ObservedCall, _ process: Int) {
        guard call.isReadable, !call.path.isEmpty || !call.base.isEmpty else { return }
        if let annotation = Annotation(call.path) {
            if annotations.count < Annotation.limit || annotations[annotation.name] != nil {
                annotations[annotation.name] = annotation.value
            }
            return
        }
        let isMutating = call.isMutatingOpen
        var uses: TouchedFile.Uses = []
        if !isMutating { uses = OpenFlags.isDirectory(call.flags) ? .listed : .read }
        let (index, found) = touch(
            call.path, base: call.base, root: call.root, follow: !OpenFlags.isNoFollow(call.flags), uses: uses
        )
        if isMutating {
            keepBeforeWrite(index)
            let isReading = call.flags & 0o3 == 0o2
            add(isReading && call.flags & 0o1000 == 0 ? [.read] : [], to: index)
            add(.written, to: index)
        }
        let action: EventRecord.Action = call.flags & 0o100 != 0 ? .create : isMutating ? .write : .read
        append(action, call, process, path: files[index].path, found: found)
    }

    private func recordExecute(_ call: ObservedCall, _ process: Int) {
        let (index, found) = touch(call.path, base: call.base, root: call.root, follow: true, uses: .executed)
        let path = paths[files[index].path]
        append(.execute, call, process, path: files[index].path, found: found)
        guard let status = files[index].status, status.isRegular else {
            // A program without a path: memfd_create(2), or a file that has lost its name.
            if call.shape.name == "execveat" || path.starts(with: "/proc/".utf8) {
                processes.willExecute(
                    process, path: path, arguments: call.arguments, environment: call.environment)
            }
            return
        }
        processes.willExecute(process, path: path, arguments: call.arguments, environment: call.environment)
        if status.mode & 0o6000 != 0 || Files.attributeNames(KernelPath(path)).contains("security.capability")
        {
            labels.insert(.privilegedProgram(path))
        }
        if found == true { touchInterpreters(of: path, call) }
    }

    /// The kernel opens a script's interpreter and an executable's loader itself: no call tells of them.
    private func touchInterpreters(of path: [UInt8], _ call: ObservedCall) {
        var path = path
        for _ in 0..<5 {  // BINPRM_MAX_RECURSION is 4 (execve(2))
            guard let head = try? resolver.open(path, Files.Flag.readOnly | Files.Flag.nonBlocking),
                let interpreter = ExecutableImage.interpreter(of: head.number)
            else { return }
            // A relative one starts where the caller is, not where the script lies.
            let base = interpreter.first == UInt8(ascii: "/") ? [] : workingDirectory(of: call)
            let (index, _) = touch(interpreter, base: base, root: call.root, follow: true, uses: .executed)
            path = paths[files[index].path]
        }
    }

    private func workingDirectory(of call: ObservedCall) -> [UInt8] {
        (try? Files.readLink(KernelPath("/proc/\(call.threadID)/cwd"))) ?? call.base
    }

    private func recordMutation(_ call: ObservedCall, _ process: Int) {
        switch call.shape.action {
        case .remove: recordRemoval(call, process)
        case .rename: recordRename(call, process)
        case .truncate:
            let index = mutate(call.path, call.base, call, follow: true, uses: []) { keepBeforeWrite($0) }
            add(.written, to: index)
            append(.truncate, call, process, path: files[index].path)
        case .link, .symlink: recordLink(call, process)
        case .make:
            let index = mutate(call.path, call.base, call, follow: false, uses: []) { _ in }
            addMade(index)
            append(.make, call, process, path: files[index].path)
        default:
            guard !call.path.isEmpty else { return }
            let follow = !call.shape.isNoFollow
            let index = mutate(call.path, call.base, call, follow: follow, uses: .attributes) { _ in }
            append(.attribute, call, process, path: files[index].path)
        }
    }

    private func recordRemoval(_ call: ObservedCall, _ process: Int) {
        let index = mutate(call.path, call.base, call, follow: false, uses: []) { keepBeforeRemoval($0) }
        add(.removed, to: index)
        if files[index].status.map({ !$0.isRegular }) ?? false { resolverChanged() }
        append(.remove, call, process, path: files[index].path)
    }

    private func recordRename(_ call: ObservedCall, _ process: Int) {
        let old = mutate(call.path, call.base, call, follow: false, uses: []) { keepBeforeRemoval($0) }
        let new = mutate(call.second, call.secondBase, call, follow: false, uses: []) {
            keepBeforeRemoval($0)
        }
        let oldPath = paths[files[old].path]
        let newPath = paths[files[new].path]
        if let now = resolver.status(oldPath), now.isDirectory || now.isSymlink {
            resolverChanged()
            if now.isDirectory {
                pendingRenamings.append(
                    Renaming(
                        event: Int32(clamping: events.count + 1), from: oldPath, to: newPath,
                        isExchange: call.shape.name == "renameat2" && call.flags & 2 != 0,
                        directory: InodeKey(device: now.device, inode: now.inode), threadID: call.threadID))
            }
        }
        add(.removed, to: old)
        add(.written, to: new)
        append(.rename, call, process, path: files[old].path, target: files[new].path)
    }

    private func recordLink(_ call: ObservedCall, _ process: Int) {
        var source: Int32 = -1
        if call.shape.action == .link {
            let (index, _) = touch(call.path, base: call.base, root: call.root, follow: false, uses: [])
            if let status = files[index].status { watch(index, status) }
            source = files[index].path
        }
        let index = mutate(call.second, call.secondBase, call, follow: false, uses: []) { _ in }
        addMade(index)
        if call.shape.action == .symlink { resolverChanged() }
        append(.link, call, process, path: files[index].path, target: source)
    }

    /// Notes that a call makes a file: where one stands already it fails (EEXIST), and changes nothing.
    private func addMade(_ index: Int) {
        if files[index].status == nil { add(.written, to: index) }
    }

    private func mutate(
        _ path: [UInt8], _ base: [UInt8], _ call: ObservedCall, follow: Bool, uses: TouchedFile.Uses,
        _ keep: (Int) -> Void
    ) -> Int {
        let (index, _) = touch(path, base: base, root: call.root, follow: follow, uses: [])
        keep(index)
        add(uses, to: index)
        return index
    }

    private func resolverChanged() {
        resolver.forget()
        known.removeAll(keepingCapacity: true)
    }

    private func recordPeer(_ call: ObservedCall, _ process: Int) {
        guard let peer = SocketAddress(call.address) else { return }
        if case .file(let path) = peer {
            let (index, found) = touch(path, base: call.base, root: call.root, follow: true, uses: .read)
            append(.connect, call, process, path: files[index].path, found: found)
            return
        }
        if peers.count < Self.mostPeers, knownPeers.insert(call.address).inserted {
            peers.append(call.address)
        }
        append(.connect, call, process, path: paths.number(of: Array(peer.description.utf8)))
    }

    private func recordBind(_ call: ObservedCall, _ process: Int) {
        guard let address = SocketAddress(call.address) else { return }
        if case .file(let path) = address {
            let (index, _) = touch(path, base: call.base, root: call.root, follow: false, uses: .written)
            append(.bind, call, process, path: files[index].path)
        } else {
            append(.bind, call, process, path: paths.number(of: Array(address.description.utf8)))
        }
    }

    private func append(
        _ action: EventRecord.Action, _ call: ObservedCall, _ process: Int, path: Int32 = -1,
        target: Int32 = -1,
        found: Bool? = nil, code: Int32 = 0
    ) {
        while fileIndex.count < paths.count { fileIndex.append(-1) }
        _ = events.append(
            EventSpool.Event(
                time: call.time, process: Int32(process), path: path, target: target, code: code,
                kind: EventKind.code(of: action), found: found.map { $0 ? 1 : 0 } ?? 2))
    }
}

package import AmberKernel

extension Observation {
    /// Resolves what a caller wrote and touches it, and every link on the way.
    ///
    /// - Returns: The index in `files`, and whether something stood there; nil for that where it was not asked again.
    package func touch(
        _ path: [UInt8], base: [UInt8], root: ObservedCall.RootIdentity, follow: Bool, uses: TouchedFile.Uses
    ) -> (index: Int, found: Bool?) {
        let key = PathKey(path, base: base, root: root, follow: follow)
        if let known = known[key] {
            add(uses, to: Int(known))
            return (Int(known), nil)
        }
        let resolution = resolve(path, base: base, root: root, follow: follow)
        for link in resolver.takeLinks() { touchLink(link) }
        let index = touch(resolution.path, status: resolution.status, uses: uses)
        known[key] = Int32(index)
        return (index, resolution.status != nil)
    }

    private func resolve(
        _ path: [UInt8], base: [UInt8], root: ObservedCall.RootIdentity, follow: Bool
    ) -> PathResolver.Resolution {
        guard case .directory(let directory) = root else {
            return resolver.resolve(path, base: base, follow: follow)
        }
        // A chrooted caller: /proc/PID/cwd already names directories as we see them, absolute paths start at its root.
        // A resolver of its own keeps absolute links inside that root.
        guard path.first == UInt8(ascii: "/"), let inside = try? resolver.open(directory, Files.Flag.path)
        else {
            return resolver.resolve(path, base: base, follow: follow)
        }
        var jailed = PathResolver(root: inside)
        var resolution = jailed.resolve(path, base: [], follow: follow)
        for link in jailed.takeLinks() {
            touchLink(PathResolver.Link(path: directory + link.path, target: link.target))
        }
        resolution.path = directory + resolution.path
        return resolution
    }

    /// Touches a resolved path.
    @discardableResult
    package func touch(_ resolved: [UInt8], status: FileStatus?, uses: TouchedFile.Uses) -> Int {
        let number = paths.number(of: resolved)
        if let known = index(of: number) {
            add(uses, to: known)
            return known
        }
        if !renamings.isEmpty {
            let origin = origin(of: resolved)
            if origin != resolved { return touchMoved(origin, status: status, uses: uses) }
        }
        return append(
            TouchedFile(path: number, uses: uses, status: status, event: Int32(clamping: events.count + 1)))
    }

    /// Something below a directory that the run has renamed: it is an input under its old name.
    private func touchMoved(_ origin: [UInt8], status: FileStatus?, uses: TouchedFile.Uses) -> Int {
        let number = paths.number(of: origin)
        if let known = index(of: number) {
            add(uses, to: known)
            return known
        }
        return append(TouchedFile(path: number, uses: uses, status: status, event: 0))
    }

    private func append(_ file: TouchedFile) -> Int {
        var file = file
        if let status = file.status, status.isSymlink, let target = resolver.readLink(paths[file.path]) {
            file.target = paths.number(of: target)
        }
        files.append(file)
        while fileIndex.count < paths.count { fileIndex.append(-1) }
        fileIndex[Int(file.path)] = Int32(files.count - 1)
        return files.count - 1
    }

    private func index(of number: Int32) -> Int? {
        guard Int(number) < fileIndex.count, fileIndex[Int(number)] >= 0 else { return nil }
        return Int(fileIndex[Int(number)])
    }

    func touchLink(_ link: PathResolver.Link) {
        let index = touch(link.path, status: resolver.status(link.path), uses: .crossed)
        if files[index].target < 0 {
            files[index].target = paths.number(of: link.target)
            while fileIndex.count < paths.count { fileIndex.append(-1) }
        }
    }

    func add(_ uses: TouchedFile.Uses, to index: Int) {
        let before = files[index].uses
        if uses.contains(.written), before.contains(.read), !before.contains(.written) {
            files[index].uses.insert(.readFirst)
        }
        files[index].uses.formUnion(uses)
    }

    /// Keeps the content of a file that the caller is about to write to.
    func keepBeforeWrite(_ index: Int) {
        guard options.keepsPreImages else { return }
        let file = files[index]
        let path = paths[file.path]
        if !watchedInodes.isEmpty { settleOtherName(path) }
        guard file.preImage < 0, !file.uses.contains(.written), let status = file.status, status.isRegular
        else {
            return
        }
        keep(index) { keeper, source, status in keeper.copy(source, status) }
    }

    /// Holds a file that is about to lose this name.
    func keepBeforeRemoval(_ index: Int) {
        guard options.keepsPreImages else { return }
        let file = files[index]
        guard file.preImage < 0, !file.uses.contains(.written), let status = file.status, status.isRegular
        else {
            return
        }
        watch(index, status)
        keep(index) { keeper, source, status in keeper.hold(source, status) }
    }

    /// Remembers that a file may be written to under another name.
    func watch(_ index: Int, _ status: FileStatus) {
        watchedInodes[InodeKey(device: status.device, inode: status.inode)] = Int32(index)
    }

    private func settleOtherName(_ path: [UInt8]) {
        guard let now = resolver.status(path),
            let other = watchedInodes.removeValue(forKey: InodeKey(device: now.device, inode: now.inode))
        else { return }
        let index = Int(other)
        if files[index].preImage >= 0 {
            keeper.settle(files[index].preImage)
        } else if let source = try? resolver.open(path, Files.Flag.readOnly | Files.Flag.nonBlocking) {
            files[index].preImage = keeper.copy(source, now)
        }
    }

    private func keep(
        _ index: Int, _ body: (inout PreImageKeeper, consuming OwnedDescriptor, FileStatus) -> Int32
    ) {
        let path = paths[files[index].path]
        do {
            let source = try resolver.open(path, Files.Flag.readOnly | Files.Flag.nonBlocking)
            let status = try Files.status(of: source.number)
            guard status.isRegular else { return }
            files[index].preImage = body(&keeper, source, status)
        } catch {
            files[index].preImage = keeper.fail(error.code)
        }
    }
}

import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

extension PipelineCase {
    /// Runs it natively and under capture, takes the originals away, replays it as it was and cured.
    func check(_ location: SourceLocation = #_sourceLocation) throws {
        let site = try Site()
        if user != nil || replayUser != nil { try Files.setMode(KernelPath(site.desk), 0o777) }
        try build(site)
        let native = try program(site, words(command, site), user: user).run()
        try build(site)
        let captured = try capture(site)
        #expect(native.status != 0, "the case does not fail natively", sourceLocation: location)
        #expect(captured.status == native.status, "\(captured.errorText)", sourceLocation: location)
        if !isVarying {
            #expect(captured.output == native.output, "capture changed the output", sourceLocation: location)
            #expect(
                captured.error.starts(with: native.error), "\(captured.errorText)", sourceLocation: location)
        }
        if replayUser != nil { try Files.setMode(KernelPath(site.desk + "/run.amber"), 0o644) }
        try site.hide()
        try checkReplay(site, native, location)
        try checkCure(site, location)
    }

    private func checkReplay(_ site: Site, _ native: TestProgram.End, _ location: SourceLocation) throws {
        let (end, verdict) = try replay(site, [], "verdict.json")
        let evidence = Comment(rawValue: end.errorText)
        let wanted: [Verdict.Kind] = isVarying ? [.reproduced, .identical] : [.identical]
        #expect(wanted.contains(verdict.verdict), evidence, sourceLocation: location)
        #expect(end.status == 0, evidence, sourceLocation: location)
        #expect(
            verdict.outcome.signature.matches(verdict.recorded.signature), evidence, sourceLocation: location)
        #expect(
            verdict.recorded.signature.outcome.shellStatus == native.status, evidence,
            sourceLocation: location)
        #expect(verdict.recorded.signature.runtime == runtime, evidence, sourceLocation: location)
        #expect(verdict.recorded.signature.type == type, evidence, sourceLocation: location)
        #expect(verdict.divergences.filter(\.isRefusal).isEmpty, evidence, sourceLocation: location)
    }

    private func checkCure(_ site: Site, _ location: SourceLocation) throws {
        let options: [ByteString]
        switch cure {
        case .file(let name, let text):
            let local = try site.write(word(text, site), to: site.desk + "/cure")
            let path = name.hasPrefix("/") ? name : "\(site.place)/\(name)"
            options = ["--with-file", ByteString("\(path)=\(local)")]
        case .set(let entry): options = ["--set-env", ByteString(word(entry, site))]
        case .unset(let name): options = ["--unset-env", ByteString(name)]
        }
        let (end, verdict) = try replay(site, options, "cured.json")
        #expect(verdict.verdict == cured, "cured: \(end.errorText)", sourceLocation: location)
        #expect(!verdict.reproduced && end.status == 1, sourceLocation: location)
        #expect(verdict.changes.count == 1, sourceLocation: location)
    }
}

extension PipelineCase {
    func build(_ site: Site) throws {
        try site.build(files.mapValues { word($0, site) }, preparation.map { word($0, site) })
    }

    func capture(_ site: Site) throws -> TestProgram.End {
        let head: [ByteString] = [
            ByteString(AmberExecutable.path), "capture", "--output", ByteString(site.desk + "/run.amber"),
        ]
        return try program(site, head + options + ["--"] + words(command, site), user: user).run()
    }

    func replay(_ site: Site, _ options: [ByteString], _ name: String) throws -> (TestProgram.End, Verdict) {
        let json = site.desk + "/" + name
        let head: [ByteString] = [
            ByteString(AmberExecutable.path), "replay", ByteString(site.desk + "/run.amber"), "--json",
            ByteString(json),
        ]
        let environment = TestProgram.environment + ["XDG_CACHE_HOME=\(site.desk)/replay-cache"]
        let end = try TestProgram(Self.words(head + options, as: replayUser), environment: environment).run()
        return (end, try VerdictFile.read(json, end))
    }

    private func program(_ site: Site, _ words: [ByteString], user: String?) -> TestProgram {
        var words = Self.words(words, as: user)
        if let setting {
            words = ["sh", "-c", ByteString(word(setting, site) + "\nexec \"$@\""), "sh"] + words
        }
        let environment =
            TestProgram.environment + ["XDG_CACHE_HOME=\(site.desk)/capture-cache"]
            + self.environment.map { word($0, site) }
        var program = TestProgram(words, environment: environment, in: site.place)
        program.input = input
        return program
    }

    private static func words(_ words: [ByteString], as user: String?) -> [ByteString] {
        guard let user else { return words }
        return ["setpriv", "--reuid", ByteString(user), "--regid", "nogroup", "--clear-groups", "--"] + words
    }

    private func words(_ words: [ByteString], _ site: Site) -> [ByteString] {
        words.map { $0.string.map { ByteString(word($0, site)) } ?? $0 }
    }

    private func word(_ text: String, _ site: Site) -> String {
        text.split(separator: "@PLACE@", omittingEmptySubsequences: false).joined(separator: site.place)
    }
}

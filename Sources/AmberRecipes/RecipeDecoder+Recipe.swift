extension RecipeDecoder {
    /// The newest schema that is read.
    static let newestSchema = 1

    /// Reads a whole recipe, schema 1; `Recipes/README.md` documents it key by key.
    func recipe(_ root: YamlNode) throws(RecipeError) -> Recipe {
        // The schema is looked at first: a newer recipe should hear that, not that it has unknown keys.
        if case .mapping(let entries) = root.content,
            let schema = entries.first(where: { $0.key == "schema" })?.value,
            case .scalar(let text, _) = schema.content, let number = Int(text), number > Self.newestSchema
        {
            throw error(
                schema, "schema \(number) is newer than \(Self.newestSchema), the newest that is read here")
        }
        let keys = try mapping(
            root,
            known: [
                "schema", "name", "title", "recognise", "failure", "normalise", "runtime", "secrets", "debug",
                "bundle", "probes", "example",
            ],
            required: ["schema", "name"])
        if let schema = keys["schema"] { _ = try number(schema, in: 1...Self.newestSchema) }
        let name = try keys["name"].map { node throws(RecipeError) in try self.name(node) } ?? ""
        let failure = try keys["failure"].map { node throws(RecipeError) in
            try mapping(node, known: ["exit", "signals", "shapes", "trailers", "frames"])
        }
        let frames = try failure?["frames"].map { node throws(RecipeError) in
            try mapping(node, known: ["unnumbered", "rename"])
        }
        let runtime = try keys["runtime"].map { node throws(RecipeError) in
            try mapping(node, known: ["paths"])
        }
        let secrets = try keys["secrets"].map { node throws(RecipeError) in
            try mapping(node, known: ["names", "paths"])
        }
        let debug = try keys["debug"].map { node throws(RecipeError) in
            try mapping(node, known: ["debugger", "arguments", "stops"])
        }
        return Recipe(
            name: name,
            title: try keys["title"].map { node throws(RecipeError) in try text(node) } ?? name,
            recognition: try recognition(keys["recognise"]),
            shapes: try shapes(failure ?? [:]),
            trailers: try patterns(failure?["trailers"], allowed: []),
            unnumberedFrames: try globs(frames?["unnumbered"]),
            frameRules: try rules(frames?["rename"]),
            normalisation: try rules(keys["normalise"]),
            runtimePaths: try globs(runtime?["paths"]),
            secretNames: try globs(secrets?["names"]),
            secretPaths: try globs(secrets?["paths"]),
            debugger: try debug?["debugger"].map { node throws(RecipeError) in try self.name(node) },
            debuggerArguments: try items(debug?["arguments"]).map { item throws(RecipeError) in
                try text(item)
            },
            enrichment: try enrichment(keys["bundle"]),
            probes: try probes(keys["probes"]),
            example: try keys["example"].map { node throws(RecipeError) in try example(node) },
            stops: try functions(debug?["stops"]))
    }

    private func enrichment(_ node: YamlNode?) throws(RecipeError) -> Recipe.Enrichment {
        guard let node else { return Recipe.Enrichment() }
        let keys = try mapping(node, known: ["beside", "add", "paths", "locks", "symbols"])
        for (one, other) in [("beside", "add"), ("add", "beside")]
        where keys[one] != nil && keys[other] == nil {
            throw error(node, "`\(one)` without `\(other)`; they belong together")
        }
        var enrichment = Recipe.Enrichment(directories: try globs(keys["beside"]))
        for item in items(keys["add"]) {
            let name = try text(item)
            guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
                throw error(item, "expected a path below the runtime's directory, without `..`")
            }
            enrichment.files.append(name)
        }
        for item in items(keys["paths"]) {
            let path = try text(item)
            guard path.hasPrefix("/"),
                !path.split(separator: "/").contains(where: { [".", "..", "**"].contains($0) })
            else { throw error(item, "expected an absolute path, without `.`, `..` and `**`") }
            enrichment.paths.append(path)
        }
        for item in items(keys["locks"]) {
            let name = try text(item)
            guard !name.isEmpty, !name.contains("/") else {
                throw error(item, "expected a file's name, without `/`")
            }
            enrichment.locks.append(name)
        }
        if let symbols = keys["symbols"] {
            enrichment.symbolBudget = UInt64(try number(symbols, in: 0...4096)) << 20
        }
        return enrichment
    }

    private func example(_ node: YamlNode) throws(RecipeError) -> Recipe.Example {
        let keys = try mapping(
            node, known: ["files", "prepare", "command", "type", "debug", "shows"],
            required: ["files", "command"])
        if let debug = keys["debug"], keys["shows"] == nil { throw error(debug, "`debug` without `shows`") }
        var example = Recipe.Example()
        for item in items(keys["files"]) {
            let name = try text(item)
            guard !name.isEmpty, !name.contains("/"), name != ".." else {
                throw error(item, "expected the name of a file beside the recipe")
            }
            example.files.append(name)
        }
        example.preparation = try keys["prepare"].map { node throws(RecipeError) in try text(node) }
        example.command = try keys["command"].map { node throws(RecipeError) in try text(node) } ?? ""
        example.type = try keys["type"].map { node throws(RecipeError) in try text(node) }
        for item in items(keys["debug"]) { example.debuggerArguments.append(try text(item)) }
        example.shows = try keys["shows"].map { node throws(RecipeError) in try text(node) } ?? ""
        return example
    }

    /// Names of functions, as a debugger takes them.
    private func functions(_ node: YamlNode?) throws(RecipeError) -> [String] {
        var names: [String] = []
        for item in items(node) {
            let name = try text(item)
            let known = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:$".utf8)
            guard !name.isEmpty, name.utf8.allSatisfy({ known.contains($0) }) else {
                throw error(item, "expected a function's name: letters, digits, `_`, `.`, `:` and `$`")
            }
            names.append(name)
        }
        return names
    }

    private func name(_ node: YamlNode) throws(RecipeError) -> String {
        let name = try text(node)
        guard name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        else {
            throw error(node, "expected a name of small letters, digits and `-`")
        }
        return name
    }

    private func recognition(_ node: YamlNode?) throws(RecipeError) -> Recipe.Recognition {
        guard let node else { return Recipe.Recognition() }
        let keys = try mapping(
            node,
            known: ["executables", "scripts", "sections", "notes", "comments", "libraries", "beside"])
        return Recipe.Recognition(
            executables: try names(keys["executables"], of: "an executable"),
            scripts: try names(keys["scripts"], of: "a script"),
            sections: try marks(keys["sections"]), notes: try marks(keys["notes"]),
            comments: try marks(keys["comments"]), libraries: try names(keys["libraries"], of: "a library"),
            neighbours: try names(keys["beside"], of: "a file"))
    }

    /// Globs for the last component of a path.
    private func names(_ node: YamlNode?, of what: String) throws(RecipeError) -> [Glob] {
        for item in items(node) where try text(item).contains("/") {
            throw error(item, "expected the name of \(what), without `/`")
        }
        return try marks(node)
    }

    /// Globs that do not fit everything: a recipe that knows every program knows none.
    private func marks(_ node: YamlNode?) throws(RecipeError) -> [Glob] {
        for item in items(node) where try text(item).allSatisfy({ "*?".contains($0) }) {
            throw error(item, "it fits every program; expected a name or a part of one")
        }
        return try globs(node)
    }

    private func rules(_ node: YamlNode?) throws(RecipeError) -> [NormalisationRule] {
        var rules: [NormalisationRule] = []
        for item in items(node) {
            let keys = try mapping(
                item, known: ["name", "find", "with", "whole"], required: ["name", "find", "with"])
            guard let name = keys["name"], let with = keys["with"] else { continue }
            let isWholeWord = try keys["whole"].map { node throws(RecipeError) in try flag(node) } ?? true
            for find in items(keys["find"]) {
                let pattern = try pattern(find, allowed: nil)
                for element in pattern.elements {
                    guard case .gap = element else { continue }
                    throw error(
                        find, "a hole without a class; a rule is searched for and needs one in every hole")
                }
                guard !pattern.matchesOnlyEmpty else {
                    throw error(find, "expected a pattern that is not empty")
                }
                rules.append(
                    NormalisationRule(
                        name: try text(name), pattern: pattern,
                        replacement: try replacement(with, for: pattern),
                        isWholeWord: isWholeWord))
            }
        }
        return rules
    }

    /// Text with the names of the pattern's holes in braces.
    private func replacement(
        _ node: YamlNode, for pattern: Pattern
    ) throws(RecipeError) -> [NormalisationRule.Piece] {
        guard case .scalar = node.content else { throw error(node, "\(node.kind); expected text") }
        let template = try self.pattern(node, allowed: Set(pattern.names))
        var pieces: [NormalisationRule.Piece] = []
        for element in template.elements {
            switch element {
            case .text(let bytes): pieces.append(.text(bytes))
            case .gap(_, _, let capture?):
                guard let index = pattern.names.firstIndex(of: template.names[capture]) else { continue }
                pieces.append(.capture(index))
            case .gap, .run:
                throw error(node, "expected text, and in braces nothing but names of holes in `find`")
            }
        }
        return pieces
    }
}

/// Why a program is taken to run on a runtime, the weakest reason first.
///
/// A name is what people chose for the program, so it counts most; a compiler's mark only says that some part was
/// compiled by it (Ruby has parts in Rust), a library even less, and a file beside the program may belong to another.
enum RuntimeEvidence: Int, Comparable {
    case neighbour, library, comment, section, name

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension Recipe {
    /// Tells whether a program is the runtime itself: by name, a binary, and in one of the runtime's own places.
    package func isOwnExecutable(_ program: ProgramTraits) -> Bool {
        evidence(for: program) == .name && program.interpreters.isEmpty && !program.sections.isEmpty
            && isRuntimePath(program.executable)
    }

    /// The best reason to take a program for one of this runtime; nil where there is none.
    func evidence(for program: ProgramTraits) -> RuntimeEvidence? {
        func fits(_ globs: [Glob], _ names: [[UInt8]]) -> Bool {
            !globs.isEmpty && names.contains { name in globs.contains { $0.matches(name) } }
        }
        func fits(_ globs: [Glob], _ names: [String]) -> Bool { fits(globs, names.map { Array($0.utf8) }) }
        let names = program.names
        if fits(recognition.executables, names + program.interpreters) || fits(recognition.scripts, names) {
            return .name
        }
        if fits(recognition.sections, program.sections) || fits(recognition.notes, program.notes) {
            return .section
        }
        if fits(recognition.comments, program.comments) { return .comment }
        if fits(recognition.libraries, program.libraries) { return .library }
        return fits(recognition.neighbours, program.neighbours) ? .neighbour : nil
    }
}

extension RecipeLibrary {
    /// The recipes that know a program: those with the best evidence, in their order.
    package static func recognising(_ program: ProgramTraits, in recipes: [Recipe]) -> [Recipe] {
        let found = recipes.compactMap { recipe in recipe.evidence(for: program).map { (recipe, $0) } }
        let best = found.map(\.1).max()
        return found.filter { $0.1 == best }.map(\.0)
    }

    /// The files beside a program by which alone it is recognised; empty where something better tells.
    package static func decidingNeighbours(_ program: ProgramTraits, in recipes: [Recipe]) -> [[UInt8]] {
        let found = recognising(program, in: recipes).filter { $0.evidence(for: program) == .neighbour }
        return program.neighbours.filter { name in
            found.contains { $0.recognition.neighbours.contains { $0.matches(name) } }
        }
    }
}

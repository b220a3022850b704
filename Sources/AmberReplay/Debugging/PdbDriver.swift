import AmberRecipes

/// The Python module that brings pdb into a replay: `sitecustomize`, in a directory ahead of PYTHONPATH.
///
/// The interpreter imports it before the program (the site module's documentation). It takes itself out again, lets
/// the recorded `sitecustomize` run, and gives the uncaught exception of the main thread to pdb, or stops at the main
/// module's first line. pdb talks through descriptors of its own: standard input is the recorded one.
enum PdbDriver {
    /// Directory of the module inside the sandbox.
    static let directory = "/.amber-debug"
    /// The descriptors that pdb reads from and writes to, inside.
    static let descriptors: (input: Int32, output: Int32) = (210, 211)

    /// Its text, `Recipes/python/sitecustomize.py`.
    static let module = RecipeLibrary.text(of: "python/sitecustomize.py")
}

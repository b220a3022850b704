import AmberCommands

/// The executable: everything is in `AmberCommands`.
@main
enum Amber {
    static func main() { AmberCommand.start() }
}

import CLinux

/// The settings of a terminal (termios(3)), to be given back unchanged.
package struct TerminalSettings: Hashable, Sendable {
    var bytes: [UInt8]

    /// Reads a terminal's settings.
    package init(of number: Int32) throws(SyscallError) {
        var bytes = [UInt8](repeating: 0, count: 64)
        _ = try check("tcgetattr", on: "descriptor \(number)") { amber_get_terminal(number, &bytes) }
        self.bytes = bytes
    }

    /// The same settings in raw mode: every key goes through (cfmakeraw(3)).
    package var raw: TerminalSettings {
        var copy = self
        amber_make_raw(&copy.bytes)
        return copy
    }

    /// Applies the settings.
    package func apply(to number: Int32) { _ = amber_set_terminal(number, bytes) }
}

/// A terminal's window.
package struct TerminalSize: Hashable, Sendable {
    /// Characters in a line.
    package var columns: UInt16
    /// Lines.
    package var rows: UInt16

    package init(columns: UInt16, rows: UInt16) {
        self.columns = columns
        self.rows = rows
    }
}

/// Terminals (pty(7), tty_ioctl(4)).
package enum Terminal {
    /// Tells whether a descriptor is a terminal.
    package static func isTerminal(_ number: Int32) -> Bool { amber_is_terminal(number) == 1 }

    /// The size of a terminal's window; nil where it has none.
    package static func size(of number: Int32) -> TerminalSize? {
        var columns: UInt16 = 0
        var rows: UInt16 = 0
        guard amber_get_window(number, &columns, &rows) == 0 else { return nil }
        return TerminalSize(columns: columns, rows: rows)
    }

    /// Sets the size of a terminal's window; its foreground group gets SIGWINCH.
    package static func setSize(_ size: TerminalSize, of number: Int32) {
        _ = amber_set_window(number, size.columns, size.rows)
    }

    /// Tells whether this process's group is in the terminal's foreground.
    package static func isForeground(_ number: Int32) -> Bool {
        amber_foreground_group(number) == amber_getpgrp()
    }

    /// The foreground process group of a terminal; nil where there is none.
    package static func foregroundGroup(_ number: Int32) -> Int32? {
        let group = amber_foreground_group(number)
        return group > 0 ? group : nil
    }

    /// Opens a pair of pseudo-terminals: the primary side and the one that the program gets.
    package static func openPair() throws(SyscallError) -> (primary: Int32, secondary: Int32) {
        var primary: Int32 = -1
        var secondary: Int32 = -1
        _ = try check("openpty", on: "pseudo-terminal") { amber_open_pty(&primary, &secondary) }
        return (primary, secondary)
    }
}

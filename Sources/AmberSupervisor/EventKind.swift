package import AmberModel

/// Actions of events as single bytes, for the spooled trace.
package enum EventKind {
    private static let actions: [EventRecord.Action] = [
        .execute, .read, .write, .create, .truncate, .remove, .rename, .link, .make, .attribute, .mount,
        .connect,
        .bind, .exit,
    ]

    static func code(of action: EventRecord.Action) -> UInt8 { UInt8(actions.firstIndex(of: action) ?? 0) }

    /// The action that a byte stands for.
    package static func action(of code: UInt8) -> EventRecord.Action { actions[Int(code)] }
}

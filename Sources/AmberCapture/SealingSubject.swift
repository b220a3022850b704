package import AmberBundle
package import AmberModel

/// What a bundle is about where that is not a command's own end: a request to a service.
package struct SealingSubject: Sendable {
    /// The kind of bundle.
    package var kind = BundleInfo.Kind.run
    /// The bundle's title behind the command's name: `GET /orders → 500`; nil says how the command ended.
    package var title: String?
    /// Output and error in which the failure is looked for; nil takes all of it.
    package var failureText: (output: [UInt8], error: [UInt8])?
    /// The status of the failing response; nil where none came.
    package var status: Int?
    /// Further files of the record layer.
    package var entries: [LayerEntry] = []
    /// Where the bundle goes; nil takes the configuration's.
    package var output: String?

    /// A command's run.
    package init() {}
}

import Synchronization

/// What is known of the service as a whole.
final class ServiceFacts: Sendable {
    /// For file names: the program's.
    let name: String
    let upstream: String
    let listen: String
    let healthPath: String?
    private let ready = Mutex<Int64?>(nil)

    init(name: String, upstream: String, listen: String, healthPath: String?) {
        self.name = name
        self.upstream = upstream
        self.listen = listen
        self.healthPath = healthPath
    }

    /// Nanoseconds from its start until it was ready.
    var readyAfter: Int64? {
        get { ready.withLock { $0 } }
        set { ready.withLock { $0 = newValue } }
    }
}

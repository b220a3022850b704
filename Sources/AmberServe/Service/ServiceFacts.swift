import Synchronization

/// What is known of the service as a whole.
final class ServiceFacts: Sendable {
    /// For file names: the program's.
    let name: String
    let listen: String
    let healthPath: String?
    private let ready = Mutex<Int64?>(nil)
    private let place: Mutex<String>

    init(name: String, upstream: String, listen: String, healthPath: String?) {
        self.name = name
        place = Mutex(upstream)
        self.listen = listen
        self.healthPath = healthPath
    }

    /// Where it listens, as far as that is known.
    var upstream: String {
        get { place.withLock { $0 } }
        set { place.withLock { $0 = newValue } }
    }

    /// Nanoseconds from its start until it was ready.
    var readyAfter: Int64? {
        get { ready.withLock { $0 } }
        set { ready.withLock { $0 = newValue } }
    }
}

/// The recorded conversations with one peer, and which of them the replay has had.
package struct PeerBook {
    /// In the order in which they began.
    package let scripts: [Script]
    /// How their messages are told apart; nil where that is not known.
    let dialect: (any Dialect)?
    /// TLS sessions with this peer can be ended here.
    let endsTLS: Bool
    private var claimed: Set<Int> = []
    private let truncated: Set<Int>
    /// Where requests are looked up when no script has them.
    private let others: [Script]
    private var madePool: ExchangePool?

    /// Makes a book.
    package init(
        _ scripts: [Script], others: [Script] = [], truncated: Set<Int> = [], endsTLS: Bool = false
    ) {
        self.endsTLS = endsTLS
        self.scripts = scripts
        self.others = others
        self.truncated = truncated
        let protocols = Set(scripts.compactMap(\.wireProtocol))
        dialect = protocols.count == 1 ? protocols.first?.dialect : nil
    }

    /// The first conversation that no connection has had.
    var next: Script? { scripts.first { !claimed.contains($0.number) } }

    /// A conversation that nobody has had and in which both sides said the same so far.
    func other(than script: Script, sent: [UInt8], received: ArraySlice<UInt8>) -> Script? {
        scripts.first { other in
            other.number != script.number && !claimed.contains(other.number) && other.sent.starts(with: sent)
                && other.received.starts(with: received)
        }
    }

    /// Takes a conversation for a connection, or another one that begins the same where somebody else has it.
    mutating func claim(_ script: Script, sent: [UInt8]) -> Script? {
        if claimed.insert(script.number).inserted { return script }
        guard let other = other(than: script, sent: sent, received: []) else { return nil }
        claimed.insert(other.number)
        return other
    }

    mutating func claim(_ number: Int) { claimed.insert(number) }

    func isTruncated(_ number: Int) -> Bool { truncated.contains(number) }

    /// The requests of all conversations; made when the first one is looked for.
    var pool: ExchangePool? {
        mutating get {
            if madePool == nil { madePool = dialect.map { ExchangePool(scripts + others, dialect: $0) } }
            return madePool
        }
        set { madePool = newValue }
    }
}

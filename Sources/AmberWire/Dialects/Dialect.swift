/// What the player must know of a protocol: where messages end, and when two of them mean the same.
protocol Dialect: Sendable {
    /// The length of the request at the beginning of `bytes`; nil while it is incomplete, 0 where it is none.
    func requestLength(_ bytes: ArraySlice<UInt8>, isFirst: Bool) -> Int?
    /// The length of the answer at the beginning of `bytes`; nil where that cannot be told.
    func responseLength(_ bytes: ArraySlice<UInt8>, to request: ArraySlice<UInt8>) -> Int?
    /// What two requests must have in common, strictest first.
    func keys(_ request: ArraySlice<UInt8>, isFirst: Bool) -> [RequestKey]
    /// A recorded answer, made to fit a request that is not equal to the recorded one.
    func adapt(_ response: [UInt8], recorded: ArraySlice<UInt8>, to request: ArraySlice<UInt8>) -> [UInt8]
    /// An answer that needs no recorded request: a handshake that holds random numbers.
    func greeting(_ request: ArraySlice<UInt8>, isFirst: Bool, _ script: Script) -> [UInt8]?
    /// How many of the program's bytes at the beginning only set the connection up.
    func setupLength(_ script: Script) -> Int
    /// Tells whether a datagram answers another; nil where only their order tells.
    func answers(_ response: ArraySlice<UInt8>, _ request: ArraySlice<UInt8>) -> Bool?
    /// A request in a few words, without secrets.
    func summary(_ request: ArraySlice<UInt8>) -> String
}

/// What a request is recognised by.
struct RequestKey: Hashable, Sendable {
    /// What was left out of the comparison, in words; nil where nothing was.
    var leavesOut: String?
    /// The rest.
    var bytes: [UInt8]
}

extension Dialect {
    func adapt(_ response: [UInt8], recorded: ArraySlice<UInt8>, to request: ArraySlice<UInt8>) -> [UInt8] {
        response
    }

    func greeting(_ request: ArraySlice<UInt8>, isFirst: Bool, _ script: Script) -> [UInt8]? { nil }

    func setupLength(_ script: Script) -> Int { 0 }

    func answers(_ response: ArraySlice<UInt8>, _ request: ArraySlice<UInt8>) -> Bool? { nil }
}

extension WireProtocol {
    /// The dialect; nil for protocols whose messages are not understood.
    var dialect: (any Dialect)? {
        switch self {
        case .http: HTTPDialect()
        case .redis: RedisDialect()
        case .postgresql: PostgresDialect()
        case .dns: DNSDialect()
        case .tls: nil
        }
    }
}

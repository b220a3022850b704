import AmberBundle
import AmberKernel
import AmberModel
import Testing

@testable import AmberReplay

/// The record of a service, as a stranger wrote it.
struct ServiceRequestTests {
    private let place = "/tmp/amber-record-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file = try Files.open(KernelPath("\(place)/\(name)"), flags)
        try Files.writeAll(file.number, bytes)
    }

    @Test(arguments: [Int64.min, -1, Int64.max])
    func `times that cannot be are brought into bounds`(_ time: Int64) throws {
        try Files.makeDirectories(place + "/requests", mode: 0o700)
        defer { try? Files.removeTree(KernelPath(place)) }
        let service = ServiceRecord(
            upstream: "127.0.0.1:80", listen: "127.0.0.1:81", healthPath: nil, readyAfter: time, failing: 1,
            trigger: .init(name: "status", reason: "status 500"))
        try write("requests/service.json", try RecordJSON.encode(service))
        let record = RequestRecord(
            number: 1, role: .failing, method: "GET", target: "/", headers: [],
            request: .init(file: "requests/1.request", sizeInBytes: 0, storedBytes: 0), status: nil,
            responseHeaders: [], response: nil, ending: .open, startedAt: time, waited: time, duration: time,
            client: "", connection: 1, connectionRequest: 1, triggers: [])
        try write("requests/requests.jsonl", try RecordJSON.line(record))
        let read = try ServiceRequest(record: RecordDirectory(path: place))
        let failing = try #require(read.failing)
        for duration in [read.service.readyAfter, failing.waited, failing.duration] {
            #expect((0...Int64.max / 100).contains(try #require(duration)))
        }
        #expect((0...ReplayTime.end).contains(failing.startedAt))
    }
}

import AmberModel
import Testing

@testable import AmberReplay

/// Stacks as gdb prints them.
struct GdbBacktraceTests {
    private static let lines = [
        ("#0  total (items=..., count=...) at /srv/prog.c:5", "total@/srv/prog.c:5"),
        (
            "#0  0x00007f in $s4boom5thirdySiAA5OrderVF (o=...) at /srv/boom.swift:3",
            "boom.third(boom.Order) -> Swift.Int@/srv/boom.swift:3"
        ),
        (
            "#0  __pthread_kill_implementation (no_tid=..., signo=6) at ./nptl/pthread_kill.c:44",
            "__pthread_kill_implementation@./nptl/pthread_kill.c:44"
        ),
        ("#0  0x00007f in raise () from /proc/77/root/lib/libc.so.6", "raise@/lib/libc.so.6"),
        (
            "#0  std::vector<int, std::allocator<int> >::at (this=..., __n=...) at /usr/include/c++/12/v.h:9",
            "std::vector<int, std::allocator<int> >::at@/usr/include/c++/12/v.h:9"
        ),
        (
            "#0  (anonymous namespace)::run(std::function<void ()>) (f=...) at /a b/x (1).cc:7",
            "(anonymous namespace)::run(std::function<void ()>)@/a b/x (1).cc:7"
        ),
        ("#0  0x0000000000000000 in ?? ()", "?"), ("#0  <signal handler called>", "<signal handler called>"),
        ("#0  Shop::operator() (this=...) at /srv/s.cc:1", "Shop::operator()@/srv/s.cc:1"),
    ]

    @Test(arguments: lines) func `a line is read`(_ line: String, _ expected: String) throws {
        let frame = try #require(GdbBacktrace(line).frames.first)
        let place = frame.file.map { "@\($0)" } ?? ""
        #expect((frame.function ?? "?") + place + (frame.line.map { ":\($0)" } ?? "") == expected)
    }

    @Test func `the last stack counts, and what stands between is passed over`() {
        let text = """
            #0  first () at a.c:1
            Thread 1 "x" received signal SIGSEGV
            #0  second () at a.c:2
            3\tsome source
            #1  main () at a.c:9
            (More stack frames follow...)
            """
        #expect(GdbBacktrace(text).frames.map(\.function) == ["second", "main"])
    }
}

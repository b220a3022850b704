import AmberKernel
import AmberModel
import AmberRecipes
import AmberTestSupport
import Testing

/// Programs whose name says nothing: what compilers, libraries and neighbours say.
@Suite struct RecognitionTests {
    /// A folder of its own, removed at the end.
    private final class Folder {
        let path = "/tmp/amber-recognition-\(ThisProcess.processID)-\(UInt32.random(in: 0...UInt32.max))"

        init() throws { try Files.makeDirectories(path, mode: 0o755) }
        deinit { try? Files.removeTree(KernelPath(path)) }
    }

    /// The names of the recipes that know `nightly-report` once the shell has made it.
    private func runtimes(_ script: String, below root: (String) -> String = { _ in "/" }) throws -> [String]
    {
        let folder = try Folder()
        var shell = TestProgram(["sh", "-ec", .init(script)], in: folder.path)
        shell.timeLimit = .seconds(120)
        let end = try shell.run()
        try #require(end.status == 0, "\(end.errorText)")
        let root = root(folder.path)
        let place = root == "/" ? folder.path : ""
        let program = ProgramTraits(
            executable: .init("\(place)/nightly-report"), arguments: ["report"], below: [root])
        return RecipeLibrary.recognising(program, in: try Shipped.recipes()).map(\.name)
    }

    @Test(.requires(.program("go"), .program("strip")))
    func `a stripped Go program is known by its sections`()
        throws
    {
        let found = try runtimes(
            """
            printf 'package main\\nfunc main() {}\\n' > a.go
            GOCACHE=$PWD/cache GO111MODULE=off go build -ldflags '-s -w' -o nightly-report a.go
            strip nightly-report
            """)
        #expect(found == ["go"])
    }

    @Test(.requires(.program("swiftc"), .program("strip")), arguments: ["", "-static-stdlib"])
    func `a stripped Swift program is known by its sections`(_ option: String) throws {
        let found = try runtimes(
            "echo 'print(1)' > a.swift; swiftc \(option) a.swift -o nightly-report; strip nightly-report")
        #expect(found == ["swift"])
    }

    @Test(.requires(.program("g++"), .program("strip"))) func `a C++ program is known by its library`() throws
    {
        let found = try runtimes(
            """
            printf '#include <iostream>\\nint main() { std::cout << 1; }\\n' > a.cc
            g++ a.cc -o nightly-report; strip nightly-report
            """)
        #expect(found == ["native"])
    }

    /// As rustc marks its programs; the compiler itself is not among what tests can rely on.
    @Test(.requires(.program("gcc"), .program("objcopy"))) func `a program of rustc is known by its comment`()
        throws
    {
        let found = try runtimes(
            """
            echo 'int main() { return 0; }' > a.c; gcc a.c -o a
            printf 'GCC: (GNU) 12\\0rustc version 1.95.0 (59807616e 2026-04-14)\\0' > comment
            objcopy --update-section .comment=comment a nightly-report
            """)
        #expect(found == ["rust"])
    }

    @Test(.requires(.program("gcc"))) func `a renamed interpreter is known by the library that it needs`()
        throws
    {
        let found = try runtimes(
            """
            echo 'int main() { return 0; }' > a.c; echo 'int ruby;' > b.c
            gcc -shared -Wl,-soname,libruby-3.1.so.3.1 b.c -o b.so
            gcc -Wl,--no-as-needed a.c ./b.so -o nightly-report
            """)
        #expect(found == ["ruby"])
    }

    static let firstLines = [
        ("#!/usr/bin/env python3", "python"), ("#! /usr/bin/env -S A=1 node --no-warnings", "node"),
        ("#!/opt/ruby/bin/ruby3.1 -w", "ruby"), ("#!/bin/sh", "bash"),
    ]

    @Test(arguments: firstLines)
    func `a script is known by the interpreter in its first line`(_ line: String, _ name: String) throws {
        #expect(try runtimes("echo '\(line)' > nightly-report; touch package.json") == [name])
    }

    static let neighbours = [
        ("package.json", ["node"]), ("pyproject.toml", ["python"]), ("pom.xml", ["java"]),
        ("Gemfile", ["ruby"]),
        ("composer.json", ["php"]), ("notes.txt", []),
    ]

    @Test(arguments: neighbours)
    func `a program is known by a file beside it where nothing else tells`(
        _ file: String, _ names: [String]
    )
        throws
    {
        #expect(try runtimes("echo program > nightly-report; touch \(file)") == names)
    }

    @Test(.requires(.program("go"))) func `a file beside a program does not outweigh what the program is`()
        throws
    {
        let found = try runtimes(
            """
            printf 'package main\\nfunc main() {}\\n' > a.go; touch package.json
            GOCACHE=$PWD/cache GO111MODULE=off go build -o nightly-report a.go
            """)
        #expect(found == ["go"])
    }

    @Test func `a name outweighs marks of compilers: parts of Ruby are compiled by rustc`() throws {
        var program = ProgramTraits(executable: "/usr/bin/ruby3.3", arguments: [])
        program.comments = ["rustc version 1.80.0 (051478957 2024-07-21)"]
        #expect(RecipeLibrary.recognising(program, in: try Shipped.recipes()).map(\.name) == ["ruby"])
    }

    @Test func `below a root no link leads out of it`() throws {
        let outside = try runtimes(
            """
            mkdir layer secret; echo '#!/usr/bin/python3' > secret/run
            ln -s $PWD/secret/run layer/nightly-report; ln -s $PWD/secret layer/etc
            """, below: { $0 + "/layer" })
        #expect(outside.isEmpty)
    }

    @Test(arguments: [0, 100, 5000, 20_000]) func `a damaged program tells nothing, and costs nothing`(
        _ length: Int
    )
        throws
    {
        let found = try runtimes(
            """
            head -c \(length) /bin/sh > nightly-report
            head -c 65536 /dev/zero | tr '\\0' '\\377' >> nightly-report
            """)
        #expect(found.isEmpty)
    }
}

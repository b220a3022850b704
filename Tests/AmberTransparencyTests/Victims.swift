import Foundation

/// The small C programs of `Tests/Support/Victims`, compiled once.
enum Victims {
    /// Directory with one executable for each source file, named like it.
    static let directory: String = {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Support/Victims").path
        let target = "/tmp/amber-victims-\(getpid())"
        let script = """
            mkdir -p \(target) && chmod 755 \(target)
            for file in \(source)/*.c; do
              gcc -O1 -w -pthread -o \(target)/$(basename $file .c) $file || exit 1
            done
            """
        guard let result = try? Shell.run(script, in: "/tmp", environment: [:], seconds: 120),
            result.status == 0
        else {
            return "/nonexistent"
        }
        atexit { _ = try? Shell.run("rm -rf /tmp/amber-victims-\(getpid())", in: "/tmp") }
        return target
    }()
}

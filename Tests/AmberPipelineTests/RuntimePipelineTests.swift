import AmberModel
import AmberTestSupport
import Testing

/// Node, Java, Perl, shells.
struct RuntimePipelineTests {
    @Test(.requires(.program("node"))) func `a Node program that requires a broken module fails again`()
        throws
    {
        try PipelineCase(
            files: [
                "app.js": """
                const rates = require("rates");
                console.log(rates.of(JSON.parse(require("fs").readFileSync("order.json"))));
                """,
                "node_modules/rates/package.json":
                    #"{"name": "rates", "version": "2.1.0", "main": "index.js"}"#,
                "node_modules/rates/index.js":
                    "exports.of = order => order.items.map(item => item.price * 1.2);\n",
                "order.json": #"{"id": 7}"#,
            ], command: ["node", "app.js"], runtime: "node", type: "TypeError",
            cure: .file("order.json", #"{"id": 7, "items": [{"price": 2}]}"#)
        ).check()
    }

    @Test(.requires(.program("java"), .program("javac"), .program("jar")))
    func `two versions of a class on a class path conflict again`() throws {
        try PipelineCase(
            files: [
                "old/Rates.java": "public class Rates { public static int of(int x) { return x; } }\n",
                "new/Rates.java": """
                public class Rates {
                    public static int of(int x) { return x; }
                    public static int taxed(int x) { return x * 2; }
                }
                """,
                "App.java": """
                public class App {
                    public static void main(String[] arguments) { System.out.println(Rates.taxed(21)); }
                }
                """,
            ],
            preparation: """
                javac -d new new/Rates.java && javac -cp new -d . App.java && javac -d old old/Rates.java
                jar cf new.jar -C new Rates.class && jar cf old.jar -C old Rates.class && rm -r old new
                """,
            command: ["sh", "-c", "exec java -Xshare:auto -XX:TieredStopAtLevel=1 -cp $JARS App"],
            environment: ["JARS=old.jar:new.jar:."], runtime: "java", type: "java.lang.NoSuchMethodError",
            cure: .set("JARS=new.jar:old.jar:.")
        ).check()
    }

    @Test(.requires(.program("perl"))) func `a Perl program dies in its own module again`() throws {
        try PipelineCase(
            files: [
                "lib/Feed.pm": """
                package Feed;
                use strict;
                use Carp;
                sub parse { my ($line) = @_; $line =~ /^(\\w+)=(\\d+)$/ or die "not a pair: $line"; return $2 }
                1;
                """,
                "job.pl": """
                use strict;
                use lib "lib";
                use Feed;
                my $sum = 0;
                open(my $feed, "<", "feed") or die "feed: $!";
                while (<$feed>) { chomp; $sum += Feed::parse($_) }
                print "$sum\\n";
                """, "feed": "a=1\nb=x\n",
            ], command: ["perl", "job.pl"], runtime: "perl", cure: .file("feed", "a=1\nb=2\n")
        ).check()
    }

    @Test func `a shell pipeline fails in its middle again`() throws {
        try PipelineCase(
            files: ["access.log": "GET /a 200\nGET /b 500\nGET /c 200\n"],
            command: [
                "bash", "-c",
                "set -o pipefail; cut -d' ' -f3 access.log | grep -v 200 | sort | { read -r worst; echo worst $worst; test \"$worst\" -lt 500; }",
            ], cure: .file("access.log", "GET /a 200\nGET /b 404\n")
        ).check()
    }

    @Test(.requires(.program("make"), .program("gcc"))) func `a build with make and gcc breaks again`() throws
    {
        try PipelineCase(
            files: [
                "Makefile": "all: main.i part.i\n%.i: %.c part.h\n\tgcc -fsyntax-only $<\n\ttouch $@\n",
                "main.c": "#include <stdio.h>\n#include \"part.h\"\nint main(void) { return part(1); }\n",
                "part.c": "#include \"part.h\"\nint part(int x) { return x; }\n",
                "part.h": "int part(char *name);\n",
            ], command: ["make"], runtime: "native", type: "compile error",
            cure: .file("part.h", "int part(int x);\n")
        ).check()
    }
}

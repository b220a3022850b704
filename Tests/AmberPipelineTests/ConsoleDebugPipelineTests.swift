import AmberModel
import AmberTestSupport
import Testing

/// `amber debug` with debuggers that run inside: perl -d, the Ruby prompt, the bash step prompt.
struct ConsoleDebugPipelineTests {
    private static let perl = """
        use strict; use warnings;
        sub parse {
            my ($row) = @_;
            my $width = length($row) * 11;
            die "bad row $row\\n" if $row =~ /x/;
            return $row + 1;
        }
        my $sum = 0;
        eval { parse("x") };
        $sum += parse($_) for @ARGV;
        print "$sum\\n";
        """

    @Test(.requires(.program("perl"))) func `perl -d stands in the frame that died, with its lexicals`()
        throws
    {
        let run = try DebugCase(files: ["job.pl": Self.perl], "perl job.pl 1 x7")
        let (text, _) = try run.debug("-- -c 'p $width' -c T -c q")
        #expect(text.contains("bad row x7") && text.contains("main::parse(job.pl:5)"), "\(text)")
        #expect(text.contains("DB<1> 22"), "\(text)")
        #expect(text.contains("main::parse('x7') called from file 'job.pl' line 10"), "\(text)")
    }

    @Test(.requires(.program("perl")))
    func `perl stands at an exit with the recorded status, with its lexicals`()
        throws
    {
        let run = try DebugCase(
            files: ["job.pl": "sub leave {\n  my ($code) = @_;\n  exit $code;\n}\nprint 1;\nleave(7);\n"],
            "perl job.pl")
        let (text, status) = try run.debug("-- -c 'p \"code is $code\"' -c T -c c")
        #expect(text.contains("exit 7") && text.contains("job.pl:3"), "\(text)")
        #expect(text.contains("code is 7") && status == 7, "\(text)")
    }

    private static let shop = [
        "vendor/autoload.php": """
        <?php
        spl_autoload_register(function ($class) {
            $file = __DIR__ . '/../src/' . str_replace('\\\\', '/', substr($class, 5)) . '.php';
            if (is_file($file)) require $file;
        });
        """,
        "src/Order.php": """
        <?php
        namespace Shop;
        final class Order {
            private $lines;
            public function __construct(array $lines) { $this->lines = $lines; }
            public function total(string $currency): float {
                foreach ($this->lines as $index => $line) {
                    try { $this->price($line, $currency); }
                    catch (\\DomainException $e) { throw new \\RuntimeException("line $index", 0, $e); }
                }
            }
            private function price(array $line, string $currency): float {
                $wanted = strlen($currency) + 39;
                if (!isset($line['price'])) throw new \\DomainException("no price");
            }
        }
        """,
        "run.php":
            "<?php\nrequire 'vendor/autoload.php';\n(new Shop\\Order([['name' => 'tea']]))->total($argv[1]);\n",
    ]

    @Test(.requires(.program("php"))) func `php's prompt stands in the method that threw the cause`() throws {
        let run = try DebugCase(files: Self.shop, "php run.php EUR")
        let (text, _) = try run.debug(
            "-- -c bt -c 'p $line' -c 'f 1' -c 'p $currency' -c q")
        #expect(text.contains("DomainException: no price"), "\(text)")
        #expect(text.contains("#0 Shop\\Order->price at ") && text.contains("src/Order.php:14"), "\(text)")
        #expect(text.contains("#1 Shop\\Order->total at ") && text.contains("#2 {main} at "), "\(text)")
        #expect(text.contains("'name' => 'tea'"), "\(text)")
        #expect(text.contains("'EUR'"), "\(text)")
    }

    @Test(.requires(.program("php"))) func `php's prompt stands where a fatal error ends the program`() throws
    {
        let run = try DebugCase(
            files: [
                "run.php": "<?php\nfunction boom() {\n  trigger_error('enough', E_USER_ERROR);\n}\nboom();\n"
            ],
            "php run.php")
        let (text, _) = try run.debug("-- -c l -c q")
        #expect(text.contains("enough") && text.contains("run.php:3"), "\(text)")
    }

    @Test(.requires(.program("perl"))) func `perl can be stepped from its first statement to the failure`()
        throws
    {
        let run = try DebugCase(files: ["job.pl": Self.perl], "perl job.pl 1 x7")
        let (text, _) = try run.debug(
            "--at start", input: "b parse\nc\nc\nn\np $row\nc\nc\np $row . $width\nq\n")
        #expect(text.contains("main::(job.pl:8)"), "\(text)")
        #expect(text.contains("> 1\n") && text.contains("> x722"), "\(text)")
    }

    private static let ruby = """
        def parse(row)
          width = row.length * 11
          Integer(row)
        end
        begin
          Integer("zz")
        rescue ArgumentError
        end
        puts ARGV.sum { |row| parse(row) }
        """

    @Test(.requires(.program("ruby"))) func `ruby's prompt stands in the frame that raised`() throws {
        let run = try DebugCase(files: ["job.rb": Self.ruby], "ruby job.rb 1 x7")
        let (text, _) = try run.debug("", input: "width * 2\nbt\nq\n")
        #expect(
            text.contains("invalid value for Integer(): \"x7\"") && text.contains("(amber) 44"), "\(text)")
        #expect(text.contains("#1 job.rb:3 in parse"), "\(text)")
    }

    @Test(.requires(.program("ruby"))) func `ruby can be stepped from its first line to the failure`() throws
    {
        let run = try DebugCase(files: ["job.rb": Self.ruby], "ruby job.rb 1 x7")
        let (text, _) = try run.debug("--at start", input: "b parse\nc\nrow\nc\nrow\nn\nwidth\nc\nwidth\nq\n")
        #expect(text.contains("> job.rb:1"), "\(text)")
        #expect(text.contains("(amber) \"1\"") && text.contains("(amber) \"x7\""), "\(text)")
        #expect(text.contains("ArgumentError"), "\(text)")
    }

    private static let bash = """
        set -eu
        parse() {
          local width=$(( ${#1} * 11 ))
          if [[ $1 == x* ]]; then
            false
          fi
          echo "row $1"
        }
        trap 'echo cleaned' EXIT
        for row in "$@"; do parse "$row"; done
        """

    @Test(.requires(.program("bash"))) func `bash's prompt stands before the shell gives up`() throws {
        let run = try DebugCase(files: ["job.sh": Self.bash], "bash job.sh 1 x7")
        let (text, status) = try run.debug("-- -c 'echo width is $width' -c bt -c c")
        #expect(text.contains("> job.sh:5  false") && text.contains("width is 22"), "\(text)")
        #expect(text.contains("#1 main at job.sh:10"), "\(text)")
        #expect(text.contains("cleaned") && status == 1, "\(text)")
    }

    @Test(.requires(.program("bash"))) func `bash can be stepped from its first command`() throws {
        let run = try DebugCase(files: ["job.sh": Self.bash], "bash job.sh 1 x7")
        let (text, _) = try run.debug("--at start", input: "n\nb 4\nc\necho first $1\nc\necho second $1\nq\n")
        #expect(text.contains("> job.sh:1  set -eu"), "\(text)")
        #expect(text.contains("first 1") && text.contains("second x7"), "\(text)")
    }

    @Test(arguments: [
        ("echo $missing_thing", "> job.sh:2  echo $missing_thing"),
        ("frobnicate now", "> job.sh:2  frobnicate now"),
        ("exit 3", "> job.sh:2  exit 3"),
    ])
    func `what ends a bash script is where its prompt stands`(_ line: String, _ place: String) throws {
        let run = try DebugCase(files: ["job.sh": "set -u\n\(line)\n"], "bash job.sh")
        let (text, _) = try run.debug("-- -c q")
        #expect(text.contains(place), "\(text)")
    }

    @Test(.requires(.program("bash")), arguments: ["#!/bin/bash", "#!/usr/bin/env bash"])
    func `a script that bash runs by its first line is debugged as any other`(_ line: String) throws {
        let run = try DebugCase(
            files: [
                "job": "\(line)\nset -e\nsource ./lib.sh\nrate xyz\n",
                "lib.sh": "rate() {\n  local wanted=${1^^}\n  grep -q \"$wanted\" /dev/null\n}\n",
            ], "./job")
        let (text, _) = try run.debug("-- -c 'echo $wanted' -c q")
        #expect(text.contains("lib.sh:3") && text.contains("XYZ"), "\(text)")
    }

    @Test(.requires(.program("dash")))
    func `a shell without a hook is refused, with what shows its commands`() throws {
        let run = try DebugCase(files: ["job.sh": "exit 3\n"], "dash job.sh")
        let (text, status) = try run.debug("--debugger bash")
        #expect(text.contains("has no hook for a debugger") && text.contains("sh -x job.sh"), "\(text)")
        #expect(status == 2)
    }

    @Test(.requires(.root, .program("ruby"), .program("perl")), arguments: ["ruby", "perl", "bash"])
    func `an ordinary user debugs a bundle of root`(_ runtime: String) throws {
        let files = ["ruby": Self.ruby, "perl": Self.perl, "bash": Self.bash]
        let run = try DebugCase(files: ["job": files[runtime] ?? ""], "\(runtime) job 1 x7")
        let look = ["ruby": "width", "perl": "p $width", "bash": "echo $width"][runtime] ?? ""
        let (text, _) = try run.debug("--debugger \(runtime) -- -c '\(look)' -c q", as: "nobody")
        #expect(text.contains("22"), "\(text)")
    }

    @Test func `the program's environment and input are the recorded ones`() throws {
        let job = "read -r line\necho \"$line ${BASH_ENV-none}\"\nenv | grep -c AMBER\nexit 4\n"
        let run = try DebugCase(files: ["job.sh": job], "bash job.sh < <(echo typed)")
        let (text, _) = try run.debug("-- -c c")
        #expect(text.contains("typed none\n0\n"), "\(text)")
    }

    @Test(.requires(.program("perl"))) func `only the process that failed is debugged`() throws {
        let run = try DebugCase(
            files: ["outer.sh": "perl -e 'exit 0'; perl job.pl 1; perl job.pl x9\n", "job.pl": Self.perl],
            "sh outer.sh")
        let (text, _) = try run.debug("--debugger perl -- -c 'p $row' -c q")
        #expect(text.contains("DB<1> x9"), "\(text)")
    }
}

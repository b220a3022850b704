# Amber: hands the failure of this program to perl's own debugger.
package DB;

our ($single, $sub, $IN, $OUT, $LINEINFO, $runnonstop);

BEGIN {
    # Only the process that is debugged may open this one.
    if (open(my $own, '<', '/.amber-debug/target')) {
        my $point = $ENV{AMBER_DEBUG_POINT};
        for my $name (qw(PERL5OPT PERL5DB PERLDB_OPTS)) {
            my $recorded = delete $ENV{"AMBER_DEBUG_$name"};
            if (defined $recorded) { $ENV{$name} = $recorded } else { delete $ENV{$name} }
        }
        delete @ENV{grep { /^AMBER_DEBUG_/ } keys %ENV};
        local $ENV{PERLDB_OPTS} = 'TTY=/dev/null ReadLine=0 NonStop=1 inhibit_exit=0 ornaments=0';
        # The terminal's description may be absent, and the program's error stream is no place to say so.
        $Term::ReadLine::termcap_nowarn = 1;
        require 'perl5db.pl';
        # Its own handlers would change what the program prints.
        delete @SIG{qw(__WARN__ SEGV BUS)};
        open(IN, '<&=', 210);
        open(OUT, '>&=', 211);
        select((select(OUT), $| = 1)[0]);
        ($IN, $OUT, $runnonstop) = (\*IN, \*OUT, 0);
        $LINEINFO = $OUT;
        # Perl itself would step from the first statement on (perlvar, $^P).
        $^P &= ~0x20 if $point ne 'start';
        $single = 0;

        # A sub of this package that goes to DB::DB: what is looked at there is the frame that called it (perlfunc, eval).
        sub amber_stop {
            # The debugger's own calls must not be taken for the frame's function (perlvar, $^P: 0x01, 0x80).
            $sub = (caller(1))[3] || 'main::';
            $^P &= ~0x81;
            $single = 1;
            goto &DB::DB;
        }
        $SIG{__DIE__} = sub {
            # Inside an eval it is caught; undefined while a file is compiled.
            return if !defined $^S || $^S;
            my $said = "@_";
            $said .= "\n" unless $said =~ /\n\z/;
            print {$OUT} $said;
            goto &DB::amber_stop;
        };
        # Compiled before the program, so that its exit is this one (CORE, "OVERRIDING CORE FUNCTIONS").
        *CORE::GLOBAL::exit = sub (;$) {
            my $code = @_ ? $_[0] : 0;
            my (undef, $file, $line) = caller;
            # A line of this package in the caller's file: the prompt stands there and sees the caller's lexicals.
            if ($code & 255) {
                print {$OUT} "exit $code\n";
                eval qq{package DB;\n#line $line "$file"\nDB::amber_stop();};
            }
            CORE::exit($code);
        };
    } else {
        $^P = 0;
        eval 'sub DB::DB {}';
    }
}

1;

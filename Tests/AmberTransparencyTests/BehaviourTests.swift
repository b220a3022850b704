import AmberTestSupport
import Testing

/// Odd programs and odd places: the same under capture as without.
@Suite(.serialized)
struct BehaviourTests {
    @Test(arguments: scripts)
    func `an odd program does the same under capture`(_ script: String) throws {
        try expectSame(script, policy: "failure")
    }

    @Test(arguments: ["$RUN $VICTIMS/vforks 500"])
    func `many short processes end as they would have`(_ script: String) throws {
        try expectSame(script, policy: "failure", seconds: 180)
    }

    @Test(.enabled(if: isFull, "AMBER_TESTS is not full"))
    func `ten thousand short processes end as they would have`() throws {
        try expectSame("$RUN $VICTIMS/vforks 10000", policy: "failure", seconds: 600)
    }

    static let scripts: [String] = [
        // Processes and threads.
        "$RUN $VICTIMS/threadexec", "$RUN $VICTIMS/threadopens", "$RUN $VICTIMS/closeall",
        "$RUN $VICTIMS/calls",
        "$RUN $VICTIMS/listener", "$RUN $VICTIMS/daemon 0.5; ls; sleep 2; cat late.copy",
        "$RUN sh -c 'trap \"\" TERM; kill -TERM $$; echo alive'",
        "$RUN sh -c '(sleep 0.5; echo late > late) & echo early'; sleep 1.5; cat late",
        // Where it runs.
        "mkdir gone; cd gone; rmdir ../gone; $RUN cat nothing; $RUN ls -a",
        "mkdir gone; cd gone; $RUN sh -c 'rmdir ../gone; echo x > y; ls -a'",
        "mkdir -p root/bin; cp $VICTIMS/churn root/; $RUN chroot / sh -c 'cd /; cat etc/hostname'",
        "$RUN sh -c 'echo x > \"$(printf \"a\\377b\\nc\")\"; ls -b; cat a*' ; rm -f a*",
        """
        $RUN python3 -S -B -c '
        import os
        path = os.getcwd()
        while len(path) < 3890: path += "/" + "d" * 200; os.mkdir(path)
        name = path + "/" + "f" * (4094 - len(path))
        print(len(name), open(name, "w").write("x"), open(name).read())
        try: open(name + "g")
        except OSError as error: print(error.errno)
        os.chdir(path); os.mkdir("e" * 250); os.chdir("e" * 250); open("z" * 200, "w").write("beyond"); print(open("z" * 200).read())
        '
        """,
        // Descriptors, masks, limits, signals.
        "$RUN ls /proc/self/fd | wc -l", "$RUN sh -c 'ls -l /proc/self/fd | wc -l' <&-",
        "$RUN grep -E 'Sig[BIC]|Cap|NoNew|Umask|Groups|Threads|Uid' /proc/self/status",
        "$RUN cat /proc/self/limits; ulimit -n 77; $RUN sh -c 'ulimit -n; ulimit -Hn'",
        "trap '' HUP INT CHLD; $RUN grep SigIgn /proc/self/status", "nice -n 5 $RUN nice",
        "env -i A=1 $RUN cat /proc/self/environ",
        // Input.
        "while read l; do echo $l; $RUN true; done < <(seq 3)",
        "seq 3 | while read l; do echo $l; $RUN true; done",
        "seq 5 | while read l; do echo $l; $RUN bash -c 'cat < /etc/passwd; read x < /etc/hostname; : <<< here'; done",
        "seq 5 | while read l; do echo $l; $RUN sh -c 'cat < /etc/passwd; read x < /etc/hostname'; done",
        """
        seq 5 | while read l; do echo $l; $RUN python3 -S -B -c '
        import select, subprocess
        select.select([1], [1], [], 0); poll = select.poll(); poll.register(1); poll.poll(0)
        subprocess.run("cat; read x", shell=True, stdin=subprocess.DEVNULL)
        '; done
        """,
        "printf 'read x < /etc/hostname\necho $x\nexec 3< /dev/null\ncat <&3\necho more\nread y\nline\necho $y\n' | $RUN bash",
        "printf 'read x < /etc/hostname\necho $x\nexec < /dev/null\necho more\n' | $RUN bash",
        "printf 'read x < /etc/hostname\necho $x\necho more\nread y\nline\necho $y\n' | $RUN sh",
        "seq 5 | $RUN bash -c 'read a; exec 11<&0; read -u 11 b; { read c; } < /etc/hostname; read d; echo $a $b $d'",
        "seq 3 | $RUN python3 -S -B -c 'import fcntl,os; n=fcntl.fcntl(0,0,10); os.close(0); print(os.read(n, 100))'",
        """
        seq 3 | $RUN python3 -S -B -c '
        import fcntl, os, select
        n = fcntl.fcntl(0, 0, 10); print(len(select.select([n], [], [], 5)[0]), os.read(n, 100))
        '
        """,
        "seq 3 | $RUN cat /dev/stdin", "seq 3 | $RUN sh -c 'wc -l < /proc/self/fd/0'",
        "seq 3 | $RUN cat /dev/fd/0",
        "seq 3 | $RUN python3 -S -B -c 'import os; print(open(f\"/proc/{os.getpid()}/fd/0\").read())'",
        "seq 3 | $RUN bash -c 'exec {fd}<&0; perl -e \"open F, q(<&=$fd); print <F>\"'",
        // A connection as inetd gives it: it is written to as well, and has a peer.
        """
        python3 -S -B -c '
        import socket, subprocess, sys
        server = socket.create_server(("127.0.0.1", 0)); client = socket.create_connection(server.getsockname())
        one, _ = server.accept(); child = subprocess.Popen(sys.argv[1:], stdin=one, stdout=one); one.close()
        client.sendall(b"question\\n"); client.shutdown(1)
        print(b"".join(iter(lambda: client.recv(4096), b"")), child.wait())
        ' $RUN python3 -S -B -c '
        import os, socket
        one = socket.socket(fileno=0); print(one.recv(100), one.getpeername()[0], flush=True); one.sendall(b"answer")
        '
        """,
        // Two readers of one input: what one of them gets must not leave the other waiting.
        "(echo a; sleep 0.3; echo b; sleep 0.3) | $RUN sh -c 'head -n1 > one & head -n1 > two; wait'; cat one two | sort; rm one two",
        "(sleep 0.3; echo a; sleep 0.3) | $RUN sh -c 'exec 3<&0; cat <&3 > one & cat > two; wait'; cat one two; rm one two",
        "(sleep 0.3; echo a; sleep 0.3) | $RUN perl -e 'fork; sysread STDIN, $x, 9; wait; print length($x) ? 1 : 2, qq(\\n)' | sort",
        "seq 9 | (read a; $RUN head -c 2; cat)",
        "seq 9 > in; (read a; $RUN sh -c 'read b; echo $b'; cat) < in",
        "seq 3 | (read a; $RUN perl -e 'fork or sleep 1'; sleep 0.3; cat)",
        "yes | $RUN head -1", "$RUN cat < /dev/null",
        "echo x | $RUN python3 -S -B -c 'import select,sys; print(select.select([0],[],[],5)[0], sys.stdin.read())'",
        "seq 3 | $RUN cat /dev/stdin; seq 4 | $RUN sh -c 'cat < /proc/self/fd/0'; seq 5 | $RUN cat /dev/fd/0",
        "seq 100000 | $RUN sha1sum", "head -c 3000000 /dev/zero | $RUN wc -c",
        // Output.
        "$RUN seq 200000 | sha1sum", "$RUN sh -c 'for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done' 2>&1",
        """
        python3 -S -B -c '
        import os, subprocess, sys, time
        out, to = os.pipe(); os.set_blocking(to, False)
        child = subprocess.Popen(sys.argv[1:], stdout=to); os.close(to); time.sleep(0.5)
        size = 0
        while data := os.read(out, 1 << 16): size += len(data); time.sleep(0.001)
        print(size, child.wait())
        ' $RUN python3 -S -B -c '
        import os, time
        left = 3000000
        while left:
            try: left -= os.write(1, bytes(min(left, 50000)))
            except BlockingIOError: time.sleep(0.001)
        '
        """,
        "echo first > f; $RUN echo second >> f; cat f", "$RUN sh -c 'echo x; echo $? >&2' > /dev/full",
        "$RUN sh -c 'echo x; echo $? >&2' >&-", "$RUN sh -c 'echo x >&2; echo $?' 2>&-",
        "$RUN sh -c 'echo x > f; exit 3' <&- >&- 2>&-; echo $?; cat f",
        "yes 123456789 | head -c 200000000 > big; $RUN cat big | sha1sum; cat big | $RUN cat | sha1sum; rm big",
        "$RUN yes | head -2", "$RUN sh -c 'cat; exit 4' <<< here",
        "$RUN python3 -S -c 'import os; print([os.isatty(i) for i in (0,1,2)])'",
        // Status.
        "$RUN true", "$RUN false", "$RUN sh -c 'exit 255'",
        "{ $RUN sh -c 'kill -9 $$'; } 2> /dev/null; echo $?",
        "{ $RUN sh -c 'kill -SEGV $$'; } 2> /dev/null; echo $?",
        "ulimit -c 0; { $RUN sh -c 'kill -ABRT $$'; } 2> /dev/null; echo $?",
        "$RUN nosuchprogram 2> /dev/null; echo $?; $RUN /etc/passwd 2> /dev/null; echo $?",
    ]
}

/// Long tests run where AMBER_TESTS is `full`.
let isFull = (try? Shell.run("test \"$AMBER_TESTS\" = full", in: "/tmp").status) == 0

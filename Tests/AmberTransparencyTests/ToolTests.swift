import AmberTestSupport
import Testing

/// The packages' own tools do the same under capture as without: output, status and the files they leave.
@Suite(.serialized)
struct ToolTests {
    @Test(arguments: tools)
    func `a tool does the same when a failure would be kept`(_ script: String) throws {
        try expectSame(script, policy: "failure")
    }

    @Test(arguments: tools)
    func `a tool does the same when everything is kept`(_ script: String) throws {
        try expectSame(script, policy: "always")
    }

    /// Each prepares its inputs natively and runs the tool as `$RUN`.
    static let tools: [String] = [
        "$RUN ls -la /etc/apt /usr/lib/os-release",
        "$RUN ls /nonexistent",
        "$RUN cat /etc/passwd /etc/hostname",
        "seq 1000 > a; $RUN sort -rn a -o b; $RUN head -3 b; $RUN tail -2 b",
        "seq 100 | $RUN wc",
        "seq 20 | $RUN tee one two | $RUN tac",
        "echo hello > a; $RUN cp -p a b; $RUN mv b c; $RUN ln c d; $RUN ln -s c e; $RUN rm a",
        "mkdir -p x/y; touch x/y/z; $RUN chmod -R 700 x; $RUN rm -rv x",
        "$RUN mkdir -p deep/er/est; $RUN rmdir deep/er/est; $RUN rmdir deep",
        "$RUN dd if=/dev/zero of=zero bs=4096 count=100 status=none; $RUN truncate -s 1M hole; $RUN du --apparent-size -b .",
        "seq 5000 > big; $RUN split -n 7 big part.; $RUN cmp big <(cat part.*)",
        "printf 'b\\na\\n' | $RUN sort | $RUN uniq -c",
        "$RUN sha256sum /etc/passwd; $RUN md5sum /etc/hostname",
        "$RUN stat -c '%s %a %F' /etc/passwd /tmp /dev/null",
        "$RUN readlink -f /proc/self/../../etc/localtime; $RUN readlink /etc/mtab",
        "echo abc | $RUN tr a-c A-C; echo x:y | $RUN cut -d: -f2",
        "$RUN env -i A=b $AMBER --version; $RUN env -i A=b env",
        "$RUN id; $RUN sh -c umask; umask 027; $RUN touch masked; $RUN pwd",
        "$RUN install -m 640 -D /etc/hostname sub/dir/name",
        "$RUN mktemp -u | wc -c; $RUN mkfifo pipe; (echo through > pipe &) ; $RUN cat pipe",
        "$RUN date -u -d @0; $RUN expr 3 + 4; $RUN expr 1 = 2",
        "mkdir t; seq 9 > t/a; $RUN tar -cf t.tar t; $RUN tar -tvf t.tar | wc -l; rm -r t; $RUN tar -xf t.tar; rm t.tar",
        "seq 9999 > a; $RUN gzip -n a; $RUN zcat a.gz | tail -1; $RUN gunzip a.gz",
        "seq 9999 > a; $RUN xz a; $RUN unxz a.xz; $RUN bzip2 -k a",
        "mkdir -p a/b; touch a/b/c 'a/ d'; $RUN find a -type f -print0 | sort -z | $RUN xargs -0 -n1 echo",
        "$RUN find /nonexistent -name x",
        "$RUN grep -rn root /etc/passwd; $RUN grep -q nothing /etc/passwd",
        "echo 1 > a; $RUN sed -i 's/1/2/' a; $RUN sed -n 1p a; echo 3 4 | $RUN awk '{print $1+$2}'",
        "echo a > a; echo b > b; $RUN diff -u --label a --label b a b; $RUN diff -u a b > p; $RUN patch -s a < p; rm p",
        """
        export GIT_AUTHOR_DATE=@0+0000 GIT_COMMITTER_DATE=@0+0000; $RUN git init -q -b main g; cd g; seq 9 > f
        $RUN git add f; $RUN git -c user.name=a -c user.email=b commit -qm one; $RUN git log --format=%H; $RUN git status --short
        echo x >> f; $RUN git diff; $RUN git stash -q 2>/dev/null; $RUN git fsck; rm -rf .git/index .git/logs
        """,
        "$RUN perl -e 'open F, \">\", \"out\"; print F \"x\\n\"; rename \"out\", \"in\"; print STDERR \"warned\\n\"; exit 5'",
        "$RUN perl -MPOSIX -MData::Dumper -e 'print Dumper [map { $_*2 } 1..3]; die \"no\\n\"'",
        "$RUN python3 -S -B -c 'import json,sys; print(json.dumps({\"a\":[1,2]})); sys.exit(3)'",
        "$RUN python3 -B -c 'import subprocess,tempfile,os; f=tempfile.TemporaryFile(); print(subprocess.run([\"echo\",\"hi\"]))'",
        "$RUN python3 -B -c 'from concurrent.futures import ProcessPoolExecutor as P\nwith P(3) as p: print(list(p.map(abs,range(-20,0))))'",
        "$RUN python3 -B -c 'raise KeyError(1)'",
        "$RUN node -e 'console.log(process.argv.length, require(\"fs\").readdirSync(\"/etc/apt\").sort()); process.exit(6)'",
        "echo 'console.log(1' > bad.js; $RUN node bad.js 2>&1 | head -3",
        "$RUN sqlite3 db 'create table t(a); insert into t values(1),(2);'; $RUN sqlite3 db 'pragma journal_mode=wal; select sum(a) from t; update t set a=3;'; rm -f db-*",
        "$RUN sqlite3 nodb 'select * from missing'; ls",
        """
        printf 'int puts(const char*);int main(){puts("built");return 4;}' > m.c; $RUN gcc -O1 -o m m.c; $RUN ./m
        $RUN gcc -c missing.c; rm m
        """,
        "printf 'all: a b\\na b:\\n\\techo $@ > $@\\nfail:\\n\\texit 3\\n' > Makefile; $RUN make -j2 -s all; $RUN make -s fail",
        "$RUN bash -c 'for i in 1 2 3; do (echo $i) & wait; done; trap \"echo trapped\" EXIT; exit 9'",
        "$RUN sh -c 'set -e; cd /; ls -d etc; false; echo never'",
        "$RUN ldd /bin/true | wc -l; $RUN getent passwd root; $RUN file -b /etc/hostname",
        "$RUN openssl dgst -sha256 /etc/hostname; $RUN base64 /etc/hostname",
        "$RUN timeout 0.2 sleep 5; $RUN nice -n 3 nice; $RUN setsid -w echo own session; $RUN nohup echo nohup",
        "$RUN java -version; $RUN ruby -e 'puts 1; exit 2'",
        "$RUN strace -f -o trace sh -c 'cat /etc/hostname; exit 4'; grep -c exit_group trace; rm trace",
        "$RUN gdb -nx -batch -ex 'break main' -ex run -ex 'print 6*7' -ex kill $VICTIMS/ring 2>/dev/null | grep '= 42'",
        "$RUN bwrap --dev-bind / / --unshare-user --unshare-pid sh -c 'cat /etc/hostname; exit 5'",
        "$RUN unshare -Urm sh -c 'id -u; mount -t tmpfs none /mnt && echo x > /mnt/x && cat /mnt/x'",
    ]
}

import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

/// Real servers: their protocols, their handshakes, their refusals.
struct ServerPipelineTests {
    private static let redis = """
        sh -c 'N=$((20000 + $$ % 20000)); redis-server --port $N --save "" --daemonize no >redis.log &
        until redis-cli -p $N ping 2>/dev/null | grep -q PONG; do sleep 0.02; done
        redis-cli -p $N set name text >/dev/null; echo $N >port.new; mv port.new port; trap "kill $!" TERM; wait'
        """

    @Test(.requires(.program("redis-server"), .program("redis-cli")))
    func `a Redis error comes back`() throws {
        try NetworkSession(
            [:], server: Self.redis, command: "sh -c 'redis-cli -e -p $0 lpush name 1' $PORT"
        ).expectSame()
    }

    /// A database of its own, with scram-sha-256, on loopback and on a socket in `run`.
    ///
    /// PostgreSQL refuses to run as root: root's tests run it as nobody.
    private static let postgres = postgres("")

    /// The same, with more options.
    private static func postgres(_ options: String) -> String {
        """
            sh -c 'B=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1); N=$((20000 + $$ % 20000)); mkdir -p run data
            AS=; if [ $(id -u) = 0 ]; then chown nobody run data; AS="setpriv --reuid nobody --regid nogroup --clear-groups"; fi
            echo secret >password
            openssl req -x509 -newkey rsa:2048 -nodes -keyout data.key -out data.pem -days 30 -subj /CN=localhost 2>/dev/null
            if [ $(id -u) = 0 ]; then chown nobody data.key data.pem; fi; chmod 600 data.key
            $AS $B/initdb -D data -A scram-sha-256 --pwfile=password -U app >/dev/null
            $AS $B/postgres -D data -p $N -k $PWD/run -c listen_addresses=127.0.0.1 \(options) & S=$!
            export PGPASSWORD=secret
            until psql -h 127.0.0.1 -p $N -U app postgres -c "create table t(id int primary key); insert into t values(1)" 2>/dev/null
            do sleep 0.1; done
            echo $N >port.new; mv port.new port; trap "kill -INT $S" TERM; wait $S; wait $S'
        """
    }

    @Test(.requires(.program("psql"), .postgres), arguments: ["127.0.0.1", "$PWD/run"])
    func `a unique violation comes back`(_ host: String) throws {
        try NetworkSession(
            [:], server: Self.postgres,
            command: """
                env PGPASSWORD=secret psql -h \(host) -p $PORT -U app postgres -v ON_ERROR_STOP=1 \
                -c 'select * from t' -c 'insert into t values(1)'
                """
        ).expectSame()
    }

    @Test(.requires(.program("python3"), .postgres, .databaseDriver), arguments: ["127.0.0.1", "$PWD/run"])
    func `a unique violation comes back in Python`(_ host: String) throws {
        try NetworkSession(
            [
                "job.py": """
                import psycopg2, sys
                base = psycopg2.connect(host=sys.argv[1], port=sys.argv[2], user="app", password="secret", dbname="postgres")
                cursor = base.cursor()
                cursor.execute("select id from t where id = %s", (1,))
                print(cursor.fetchall())
                cursor.execute("insert into t values (%s)", (1,))
                """
            ], server: Self.postgres,
            command: "env PYTHONPATH=\(PythonPackages.driver) python3 job.py \(host) $PORT"
        ).expectSame()
    }

    /// libpq logs no secrets of its sessions.
    @Test(.requires(.program("psql"), .program("openssl"), .postgres), arguments: ["TLSv1.3", "TLSv1.2"])
    func `a unique violation comes back over TLS`(_ version: String) throws {
        let session = try NetworkSession(
            [:],
            server: Self.postgres(
                """
                -c ssl=on -c ssl_cert_file=$PWD/data.pem -c ssl_key_file=$PWD/data.key \
                -c ssl_max_protocol_version=\(version)
                """),
            command: """
                env PGPASSWORD=secret PGSSLMODE=require psql -h 127.0.0.1 -p $PORT -U app postgres -v ON_ERROR_STOP=1 \
                -c 'select * from t' -c 'insert into t values(1)'
                """, options: "--tls-keys --output $OUT")
        let shown = try session.session.shell("amber show --network-only $OUT").outputText
        #expect(shown.contains("decrypted, postgresql"), "\(shown)")
        try session.expectSame()
    }

    @Test(.requires(.program("nginx"), .program("python3")))
    func `nginx's 502 comes back`() throws {
        try NetworkSession(
            [
                "nginx.conf": """
                daemon off; pid nginx.pid; error_log nginx.log; events {}
                http {
                    access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
                    uwsgi_temp_path t4; scgi_temp_path t5;
                    server { listen 127.0.0.1:@PORT@; location / { proxy_pass http://127.0.0.1:1; } }
                }
                """,
                "job.py": """
                import sys, urllib.request
                urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/")
                """,
            ],
            server: """
                sh -c 'N=$((20000 + $$ % 20000)); sed -i s/@PORT@/$N/ nginx.conf; nginx -p $PWD -c nginx.conf & S=$!
                until (exec 3<>/dev/tcp/127.0.0.1/$N) 2>/dev/null || curl -s -o /dev/null http://127.0.0.1:$N/; do sleep 0.02; done
                echo $N >port.new; mv port.new port; trap "kill $S" TERM; wait $S; wait $S'
                """, command: "python3 job.py $PORT"
        ).expectSame()
    }
}

extension KernelFeature {
    /// A PostgreSQL server, in Debian's place or on PATH.
    static let postgres = KernelFeature(name: "postgres") {
        let folders = (try? Files.open("/usr/lib/postgresql", Files.Flag.readOnly | Files.Flag.directory))
        return folders == nil ? "no /usr/lib/postgresql (Debian: postgresql)" : nil
    }
}

/// A web server behind TLS with an authority that nobody knows but the program, made anew for each case.
enum TLSSession {
    /// A Python server; the files `server.pem`, `server.key` and `ca.pem` are made by `certificates`.
    ///
    /// `lines` are the handler's GET; `settings` change the context `tls`.
    static func webServer(_ lines: String, settings: String = "") -> String {
        NetworkSession.webServer(lines).replacing(
            "server.serve_forever()",
            with: """
                import ssl
                tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                tls.load_cert_chain("server.pem", "server.key")
                \(settings)
                server.socket = tls.wrap_socket(server.socket, server_side=True)
                server.serve_forever()
                """)
    }

    /// Shell commands that make an authority and a server's certificate, then start the server.
    ///
    /// `kind` is `rsa:2048`, or what `openssl req -newkey` takes else.
    static func server(kind: String = "rsa:2048", names: String = "DNS:localhost,IP:127.0.0.1") -> String {
        "bash -c '\(certificates(kind: kind, names: names)); exec python3 server.py'"
    }

    private static func certificates(kind: String, names: String) -> String {
        """
        set -e
        openssl req -x509 -newkey \(kind) -nodes -keyout ca.key -out ca.pem -days 30 -subj "/CN=Private CA"
        openssl req -newkey \(kind) -nodes -keyout server.key -out server.csr -subj /CN=localhost
        echo subjectAltName=\(names) > names
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile names -out server.pem
        mkdir hashed && cp ca.pem hashed && openssl rehash hashed
        """
    }

    /// A job that asks for a price and cannot read it.
    static let job = """
        import json, ssl, sys, urllib.request
        context = ssl.create_default_context(cafile=sys.argv[2] if len(sys.argv) > 2 else None)
        price = json.load(urllib.request.urlopen(f"https://localhost:{sys.argv[1]}/price", context=context))
        print(float(price["price"]))
        """

    static let price = #"self.answer(200, b'{"price": "12,50"}')"#
}

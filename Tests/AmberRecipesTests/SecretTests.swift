import AmberModel
import AmberRecipes
import Testing

@Suite struct SecretTests {
    let names: SecretNames
    let paths: SecretPaths

    init() throws {
        let recipes = try Shipped.recipes()
        names = SecretNames(recipes: recipes)
        paths = SecretPaths(recipes: recipes)
    }

    static let masked: [(String, String)] = [
        ("PASSWORD=x", "PASSWORD=••••••"), ("db_password=x", "db_password=••••••"),
        ("GITHUB_TOKEN=x", "GITHUB_TOKEN=••••••"),
        ("AWS_SECRET_ACCESS_KEY=x", "AWS_SECRET_ACCESS_KEY=••••••"),
        ("STRIPE_API_KEY=x", "STRIPE_API_KEY=••••••"),
        ("SECRET_KEY_BASE=x", "SECRET_KEY_BASE=••••••"), ("PGPASSWORD=x", "PGPASSWORD=••••••"),
        ("DATABASE_URL=postgres://joe:s3cret@db:5432/x", "DATABASE_URL=postgres://joe:••••••@db:5432/x"),
        ("UPSTREAM=http://a:b@c/d http://e/f", "UPSTREAM=http://a:••••••@c/d http://e/f"),
        ("X=AKIAIOSFODNN7EXAMPLE", "X=••••••"), ("KEY=-----BEGIN RSA PRIVATE KEY-----\nx", "KEY=••••••"),
        ("DATABASE_URL=postgres://db/x", "DATABASE_URL=••••••"),
    ]

    @Test(arguments: masked)
    func `a secret is masked`(_ entry: String, _ expected: String) {
        #expect(names.masked(entry: entry) == expected)
        #expect(names.isSecret(entry: entry))
    }

    static let shown = [
        "PATH=/usr/bin", "HOME=/root", "LANG=C.UTF-8", "PWD=/srv", "OLDPWD=/", "PASSWORD=", "KEYBOARD=de",
        "MONKEY=1",
        "SSH_AUTH_SOCK=/run/x", "HTTP_PROXY=http://proxy:3128", "COMPASS=n", "URL=http://host/a@b",
    ]

    @Test(arguments: shown)
    func `what is no secret is shown`(_ entry: String) {
        #expect(names.masked(entry: entry) == entry)
    }

    static let secretPaths = [
        "/root/.ssh/id_rsa", "/home/joe/.ssh/config", "/var/lib/jenkins/.ssh/known_hosts",
        "/root/.gnupg/private-keys-v1.d/x.key",
        "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/ssl/private/x.key", "/home/joe/.aws/credentials",
        "/home/joe/.netrc", "/root/.docker/config.json", "/home/joe/.kube/config", "/srv/vault.kdbx",
        "/etc/krb5.keytab",
        "/run/secrets/db/password", "/var/run/secrets/kubernetes.io/serviceaccount/token",
        "/etc/ssh/ssh_host_rsa_key",
        "/opt/id_ed25519", "/etc/letsencrypt/live/a.org/privkey.pem", "/home/joe/.config/gcloud/x/y",
    ]

    @Test(arguments: secretPaths)
    func `a file of secrets is never stored`(_ path: String) {
        #expect(paths.isSecret(.init(path)))
    }

    static let openPaths = [
        "/etc/passwd", "/etc/ssl/certs/ca.pem", "/etc/ssh/ssh_config", "/etc/ssh/ssh_host_rsa_key.pub",
        "/srv/app/shadow",
        "/home/joe/.aws/config", "/srv/id_rsa.pub", "/usr/share/doc/ssh", "/etc/hosts", "/srv/.sshx/a",
        "/etc/krb5.conf",
    ]

    @Test(arguments: openPaths)
    func `any other file may be stored`(_ path: String) {
        #expect(!paths.isSecret(.init(path)))
    }

    static let keys: [(String, Bool)] = [
        ("-----BEGIN PRIVATE KEY-----\nMIIE", true), ("-----BEGIN RSA PRIVATE KEY-----", true),
        ("-----BEGIN EC PRIVATE KEY-----", true), ("-----BEGIN ENCRYPTED PRIVATE KEY-----", true),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", true), ("-----BEGIN PGP PRIVATE KEY BLOCK-----", true),
        ("PuTTY-User-Key-File-3: ssh-ed25519", true),
        ("# created\n# public key: age1\nAGE-SECRET-KEY-1QQ", true),
        ("-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\r\n-----BEGIN PRIVATE KEY-----", true),
        (#"{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\nMII"}"#, true),
        ("-----BEGIN CERTIFICATE-----\nMIID", false), ("-----BEGIN PUBLIC KEY-----", false), ("", false),
        ("ssh-rsa AAAA", false), ("a PRIVATE KEY in prose", false), ("-----BEGIN ", false),
    ]

    @Test(arguments: keys)
    func `a private key is known by its first bytes`(_ head: String, _ isKey: Bool) {
        #expect(SecretPaths.looksLikePrivateKey(Array(head.utf8)) == isKey)
    }

    @Test func `a hundred thousand paths are looked at quickly`() {
        let time = ContinuousClock().measure {
            for number in 0..<1000 {
                _ = paths.isSecret(.init("/usr/lib/python3/dist-packages/a/b/file\(number).py"))
            }
        }
        #expect(time < .seconds(2), "1000 paths took \(time)")
    }
}

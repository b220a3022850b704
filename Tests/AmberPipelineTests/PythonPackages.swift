import AmberModel
import AmberTestSupport
import Glibc

/// Python packages from the registry, installed once for all cases.
enum PythonPackages {
    static let callersPath = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"

    /// Where `six` is, with its metadata.
    static let directory = Site.base + "/python-packages"

    /// What pip said where it could not install; nil where it could.
    fileprivate static let failure = install("six==1.16.0", in: directory)

    /// Where `psycopg2` is.
    static let driver = Site.base + "/python-driver"

    fileprivate static let driverFailure = install("psycopg2-binary", in: driver)

    private static func install(_ package: ByteString, in directory: String) -> String? {
        var pip = TestProgram(
            [
                "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target",
                .init(directory), package,
            ],
            environment: TestProgram.environment + ["PIP_ROOT_USER_ACTION=ignore"])
        pip.timeLimit = .seconds(60)
        do {
            let end = try pip.run()
            return end.status == 0 ? nil : "pip installs nothing here: \(end.errorText.prefix(200))"
        } catch {
            return "no pip: \(error)"
        }
    }
}

extension KernelFeature {
    /// A registry from which pip can install.
    static let pythonPackages = KernelFeature(name: "pythonPackages") { PythonPackages.failure }
    /// A registry from which pip can install a database driver.
    static let databaseDriver = KernelFeature(name: "databaseDriver") { PythonPackages.driverFailure }
}

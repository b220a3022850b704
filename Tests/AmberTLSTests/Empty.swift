@testable import AmberTLS

// swift-tools-version: 6.2
import PackageDescription

// Targets stand in layer order (see the table in README.md): a target depends on lower layers only, and
// `scripts/check` compares this file with that table.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
let strictAndSafe: [SwiftSetting] = strict + [.strictMemorySafety()]

let package = Package(
    name: "amber",
    products: [
        .library(name: "AmberBundle", targets: ["AmberBundle"]),
        .library(name: "AmberCapture", targets: ["AmberCapture"]),
        .library(name: "AmberReplay", targets: ["AmberReplay"]),
        .library(name: "AmberFailures", targets: ["AmberFailures"]),
        .executable(name: "amber", targets: ["amber"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Layer 0: C and system libraries.
        .target(name: "CLinux", cSettings: [.treatAllWarnings(as: .error)]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        // Layer 1: the vocabulary and the kernel.
        .target(name: "AmberModel", swiftSettings: strictAndSafe),
        .target(name: "AmberKernel", dependencies: ["CLinux"], swiftSettings: strict),

        // Layer 2: one responsibility each.
        .target(
            name: "AmberBundle",
            dependencies: [
                "AmberModel", "AmberKernel", "CArchive",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "AmberRecipes", dependencies: ["AmberModel", "AmberKernel", "CYaml"], swiftSettings: strict),
        .target(
            name: "AmberInventory", dependencies: ["AmberModel", "AmberKernel", "CArchive"],
            swiftSettings: strict),
        .target(
            name: "AmberSupervisor", dependencies: ["AmberModel", "AmberKernel"], swiftSettings: strictAndSafe
        ),
        .target(
            name: "AmberTLS",
            dependencies: [
                "AmberModel", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strictAndSafe),
        // Not strictly memory-safe: what is received goes out of the kernel's buffer and into it again, uncopied.
        .target(name: "AmberWire", dependencies: ["AmberModel", "AmberKernel"], swiftSettings: strict),
        .target(
            name: "AmberSandbox", dependencies: ["AmberModel", "AmberKernel"], swiftSettings: strictAndSafe),

        .target(name: "AmberHTTP", dependencies: ["AmberModel"], swiftSettings: strictAndSafe),

        .target(
            name: "AmberFailures",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strictAndSafe),

        // Layer 3: the two pipelines.
        .target(
            name: "AmberCapture",
            dependencies: [
                "AmberModel", "AmberKernel", "AmberBundle", "AmberRecipes", "AmberInventory",
                "AmberSupervisor", "AmberTLS", "AmberWire",
            ],
            swiftSettings: strictAndSafe),
        .target(
            name: "AmberReplay",
            dependencies: [
                "AmberModel", "AmberKernel", "AmberBundle", "AmberRecipes", "AmberHTTP", "AmberSupervisor",
                "AmberSandbox", "AmberTLS", "AmberWire",
            ],
            swiftSettings: strictAndSafe),

        // Layer 4: a service under capture, and the failing request as a bundle.
        .target(
            name: "AmberServe",
            dependencies: [
                "AmberModel", "AmberKernel", "AmberBundle", "AmberRecipes", "AmberHTTP", "AmberCapture",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strictAndSafe),

        // Layer 5: the command line.
        .target(
            name: "AmberCommands",
            dependencies: [
                "AmberModel", "AmberKernel", "AmberBundle", "AmberRecipes", "AmberCapture",
                "AmberReplay", "AmberHTTP", "AmberServe",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strictAndSafe),
        .executableTarget(
            name: "amber",
            dependencies: [
                "AmberCommands", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strictAndSafe),

        // Tests: one target beside each, and what they share.
        .target(
            name: "AmberTestSupport", dependencies: ["AmberModel", "AmberKernel"], path: "Tests/Support",
            exclude: ["Victims"], swiftSettings: strict),
        .testTarget(
            name: "AmberFailuresTests",
            dependencies: [
                "AmberFailures", "AmberHTTP", "AmberModel", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], swiftSettings: strict),
        .testTarget(
            name: "AmberServeTests",
            dependencies: [
                "AmberServe", "AmberHTTP", "AmberModel", "AmberRecipes",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ], swiftSettings: strict),
        .testTarget(
            name: "AmberWireTests", dependencies: ["AmberWire", "AmberKernel", "AmberModel"],
            swiftSettings: strict),
        .testTarget(
            name: "AmberTLSTests", dependencies: ["AmberTLS", "AmberKernel", "AmberModel"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "AmberHTTPTests", dependencies: ["AmberHTTP", "AmberModel"], exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(name: "AmberModelTests", dependencies: ["AmberModel"], swiftSettings: strict),
        .testTarget(
            name: "AmberKernelTests", dependencies: ["AmberKernel", "AmberTestSupport"], swiftSettings: strict
        ),
        .testTarget(
            name: "AmberBundleTests",
            dependencies: ["AmberBundle", "AmberKernel", "AmberModel", "AmberTestSupport", "CArchive"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "AmberRecipesTests",
            dependencies: ["AmberRecipes", "AmberKernel", "AmberModel", "AmberTestSupport"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "AmberInventoryTests",
            dependencies: ["AmberInventory", "AmberKernel", "AmberModel", "AmberTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "AmberSupervisorTests",
            dependencies: ["AmberSupervisor", "AmberKernel", "AmberModel", "AmberTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "AmberReplayTests",
            dependencies: ["AmberReplay", "AmberSandbox", "AmberBundle", "AmberKernel", "AmberModel"],
            swiftSettings: strict),
        .testTarget(
            name: "AmberCommandsTests",
            dependencies: [
                "AmberCommands", "AmberBundle", "AmberCapture", "AmberModel",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),
        .testTarget(
            name: "AmberTransparencyTests", dependencies: ["amber", "AmberKernel", "AmberTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "AmberPipelineTests",
            dependencies: [
                "amber", "AmberBundle", "AmberCapture", "AmberModel", "AmberKernel", "AmberTestSupport",
            ],
            exclude: ["Clients"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// `scripts/fuzz` alone builds the fuzz target: it needs a sanitizer's runtime.
if Context.environment["AMBER_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz-bundle", dependencies: ["AmberBundle", "AmberKernel", "AmberModel"],
            path: "Tests/Fuzz",
            exclude: ["Corpus"], swiftSettings: strict))
}

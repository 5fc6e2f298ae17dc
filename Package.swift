// swift-tools-version: 6.2
import PackageDescription

/// A C library as a system module: the name, its pkg-config file, its Debian and Homebrew packages.
func library(_ name: String, pkgConfig: String?, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

/// Features of the language that every module of ours has switched on.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

/// - Parameter script: whether a folder `Reference` beside the fixtures has what makes them.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], fixtures: Bool = false, script: Bool = true
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"],
    exclude: fixtures && script ? ["Reference"] : [],
    resources: fixtures ? [.copy("Fixtures")] : [], swiftSettings: settings)
}

/// The fuzzer links libFuzzer, which only `make fuzz` names: there is none in other builds.
let fuzzer: [Target] =
  Context.environment["EARSHOT_FUZZER"] == nil
  ? []
  : [
    .executableTarget(
      name: "earshot-fuzz", dependencies: ["FuzzTargets"], path: "Tests/FuzzProgram",
      swiftSettings: settings, linkerSettings: [.linkedLibrary("stdc++")])
  ]

let package = Package(
  name: "earshot",
  products: [
    .executable(name: "earshot", targets: ["earshot"]),
    .executable(name: "embed", targets: ["embed"]),
    .library(name: "AudioDecoding", targets: ["AudioDecoding"]),
    .library(name: "AudioTags", targets: ["AudioTags"]),
    .library(name: "SpectralFeatures", targets: ["SpectralFeatures"]),
    .library(name: "Fingerprinting", targets: ["Fingerprinting"]),
    .library(name: "Embedding", targets: ["Embedding"]),
    .library(name: "NeuralNetwork", targets: ["NeuralNetwork"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "VectorIndex", targets: ["VectorIndex"]),
    .library(name: "Catalogue", targets: ["Catalogue"]),
    .library(name: "MusicLibrary", targets: ["MusicLibrary"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "LatentSpace", targets: ["LatentSpace"]),
    .library(name: "Plotting", targets: ["Plotting"]),
    .library(name: "Recommendation", targets: ["Recommendation"]),
  ],
  targets: [
    // The C libraries, each imported by exactly one module below.
    library("CMPG123", pkgConfig: "libmpg123", apt: "libmpg123-dev", brew: "mpg123"),
    library("CSndFile", pkgConfig: "sndfile", apt: "libsndfile1-dev", brew: "libsndfile"),
    library("COpusFile", pkgConfig: "opusfile", apt: "libopusfile-dev", brew: "opusfile"),
    library("CSoxr", pkgConfig: "soxr", apt: "libsoxr-dev", brew: "libsoxr"),
    library("CTagLib", pkgConfig: "taglib_c", apt: "libtagc0-dev", brew: "taglib"),
    library("CFFTW", pkgConfig: "fftw3f", apt: "libfftw3-dev", brew: "fftw"),
    library("CLAPACK", pkgConfig: "lapack", apt: "liblapacke-dev", brew: "lapack"),
    library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev", brew: "sqlite"),
    library("CNettle", pkgConfig: "nettle", apt: "nettle-dev", brew: "nettle"),
    library("CLAME", pkgConfig: "lame", apt: "libmp3lame-dev", brew: "lame"),
    library("CCairo", pkgConfig: "cairo", apt: "libcairo2-dev", brew: "cairo"),
    // Loaded when it is needed, not linked: so no flags of pkg-config's.
    library("CChromaprint", pkgConfig: nil, apt: "libchromaprint-dev", brew: "chromaprint"),
    library("CDNNL", pkgConfig: nil, apt: "libdnnl-dev", brew: "onednn"),

    // Loops in C for run-time dispatch to the processor's vector instructions.
    .target(name: "CVectorKernels"),
    // What a process gives up: limits, a filter of system calls, Landlock.
    .target(name: "CSandbox"),

    // The house, from the ground up (docs/architecture.md).
    module("FileAccess"),
    module("FileFormats", ["FileAccess"]),
    module("Hashing", ["CNettle", "CVectorKernels"]),
    module("LinearAlgebra", ["CLAPACK"]),
    module("ParallelWork"),
    module("NeuralNetwork", ["CDNNL", "CVectorKernels"]),
    module(
      "AudioDecoding",
      [
        "CMPG123", "CSndFile", "COpusFile", "CSoxr", "CVectorKernels", "FileAccess", "Hashing",
      ]),
    module("MP3Encoding", ["CLAME"]),
    module("Fingerprinting", ["CChromaprint", "CVectorKernels"]),
    module("AudioTags", ["AudioDecoding", "CTagLib", "FileAccess"]),
    module("SpectralFeatures", ["CFFTW", "CVectorKernels"]),
    module(
      "Embedding",
      [
        "CVectorKernels", "FileAccess", "Hashing", "NeuralNetwork", "SpectralFeatures",
      ]),
    module(
      "Training",
      [
        "AudioDecoding", "CVectorKernels", "Embedding", "FileAccess", "Hashing", "LinearAlgebra",
        "MP3Encoding",
        "NeuralNetwork", "ParallelWork", "SpectralFeatures",
      ]),
    module("VectorIndex", ["CVectorKernels", "FileAccess", "Hashing"]),
    module("Catalogue", ["CSQLite", "FileAccess", "Hashing"]),
    module("WorkerProcesses", ["CSandbox", "FileAccess"]),
    module("AnalysisLines", ["Catalogue", "FileAccess", "FileFormats", "Hashing"]),
    module(
      "MusicLibrary",
      [
        "AnalysisLines", "AudioDecoding", "AudioTags", "CVectorKernels", "Catalogue", "Embedding",
        "FileAccess", "FileFormats", "Fingerprinting", "Hashing", "ParallelWork",
        "SpectralFeatures", "VectorIndex", "WorkerProcesses",
      ]),
    module(
      "Evaluation",
      ["FileAccess", "FileFormats", "LinearAlgebra", "SpectralFeatures"]),
    module("LatentSpace", ["CVectorKernels", "LinearAlgebra", "ParallelWork"]),
    module("Plotting", ["CCairo"]),
    module(
      "Recommendation",
      [
        "CVectorKernels", "Catalogue", "Embedding", "FileAccess", "FileFormats", "Fingerprinting",
        "Hashing", "LatentSpace", "MusicLibrary", "VectorIndex",
      ]),
    module(
      "CommandInterface",
      [
        "AnalysisLines", "AudioDecoding", "Catalogue", "Embedding", "FileAccess", "FileFormats",
        "Hashing", "SpectralFeatures", "WorkerProcesses",
      ]),
    module(
      "EmbedCommand",
      [
        "AnalysisLines", "AudioDecoding", "Catalogue", "CommandInterface", "Embedding",
        "FileAccess", "FileFormats", "Hashing", "NeuralNetwork", "ParallelWork",
        "SpectralFeatures", "WorkerProcesses",
      ]),
    module(
      "EarshotCommand",
      [
        "AnalysisLines", "AudioDecoding", "AudioTags", "Catalogue", "CommandInterface",
        "EmbedCommand", "Embedding",
        "Evaluation", "FileAccess",
        "FileFormats", "Fingerprinting", "Hashing", "LatentSpace", "LinearAlgebra", "MP3Encoding",
        "MusicLibrary",
        "NeuralNetwork", "ParallelWork",
        "Plotting", "Recommendation",
        "SpectralFeatures", "Training", "VectorIndex", "WorkerProcesses",
      ]),
    program("earshot", ["EarshotCommand"]),
    program("embed", ["EmbedCommand"]),

    // Tools of the repository: not shipped.
    program("make-test-audio", []),
    program(
      "training-bench", ["Embedding", "NeuralNetwork"], exclude: ["compare.py", "requirements.txt"]),
    program(
      "search-bench", ["FileAccess", "Hashing", "VectorIndex"],
      exclude: ["compare.py", "requirements.txt"]),
    program(
      "map-bench", ["FileAccess", "LatentSpace"], exclude: ["compare.py", "requirements.txt"]),
    program(
      "earshot-bench",
      [
        "Catalogue", "Embedding", "FileAccess", "Hashing", "MusicLibrary", "NeuralNetwork",
        "Recommendation",
      ],
      exclude: ["requirements.txt"]),

    .target(
      name: "TestSupport", dependencies: ["CSQLite", "FileAccess"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests("FileAccessTests", ["FileAccess"]),
    tests("HashingTests", ["Hashing"]),
    tests("ParallelWorkTests", ["ParallelWork"]),
    tests("NeuralNetworkTests", ["Embedding", "NeuralNetwork"], fixtures: true),
    tests("LinearAlgebraTests", ["LinearAlgebra"]),
    tests("VectorKernelsTests", ["CVectorKernels"]),
    tests("FileFormatsTests", ["FileFormats", "FileAccess"]),
    tests("AudioDecodingTests", ["AudioDecoding", "AudioTags", "FileAccess", "Hashing"]),
    tests(
      "SpectralFeaturesTests", ["SpectralFeatures", "AudioDecoding", "FileAccess"], fixtures: true),
    tests(
      "EmbeddingTests",
      [
        "Embedding", "FileAccess", "Hashing", "LinearAlgebra", "NeuralNetwork", "ParallelWork",
        "SpectralFeatures",
      ],
      fixtures: true),
    tests(
      "TrainingTests",
      ["Training", "Embedding", "FileAccess", "NeuralNetwork", "SpectralFeatures"], fixtures: true,
      script: false),
    tests("VectorIndexTests", ["CVectorKernels", "VectorIndex", "FileAccess", "Hashing"]),
    tests("WorkerProcessesTests", ["WorkerProcesses", "FileAccess"]),
    tests("AnalysisLinesTests", ["AnalysisLines", "Catalogue", "FileAccess", "Hashing"]),
    tests("CatalogueTests", ["Catalogue", "FileAccess", "Hashing"]),
    tests(
      "MusicLibraryTests",
      [
        "MusicLibrary", "AnalysisLines", "AudioDecoding", "Catalogue", "Embedding", "FileAccess",
        "FileFormats", "Fingerprinting", "Hashing", "VectorIndex",
      ]),
    tests(
      "RecommendationTests",
      [
        "Recommendation", "AudioDecoding", "Catalogue", "Embedding", "FileAccess",
        "Fingerprinting", "Hashing", "LatentSpace", "MusicLibrary", "VectorIndex",
      ]),
    tests(
      "FingerprintingTests", ["Fingerprinting", "AudioDecoding", "FileAccess"], fixtures: true),
    tests("MP3EncodingTests", ["MP3Encoding", "AudioDecoding", "FileAccess"]),
    tests(
      "EvaluationTests", ["Evaluation", "FileAccess", "FileFormats", "SpectralFeatures"],
      fixtures: true),
    tests("LatentSpaceTests", ["LatentSpace"], fixtures: true),
    tests(
      "PlottingTests", ["Plotting", "SpectralFeatures", "FileAccess"], fixtures: true,
      script: false),
    tests("CommandInterfaceTests", ["CommandInterface", "FileAccess", "FileFormats"]),
    tests(
      "EndToEndTests",
      [
        "AudioDecoding", "Catalogue", "Embedding", "FileAccess", "FileFormats", "Hashing",
        "NeuralNetwork", "SpectralFeatures", "earshot", "embed",
      ], fixtures: true),

    // Readers of unknown bytes, for the fuzzer and for the tests that give them its finds.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "AnalysisLines", "AudioDecoding", "AudioTags", "Catalogue", "CommandInterface", "Embedding",
        "Evaluation", "FileAccess", "FileFormats", "Hashing", "MusicLibrary", "NeuralNetwork",
        "Recommendation", "SpectralFeatures", "TestSupport", "Training", "VectorIndex",
        "WorkerProcesses",
      ], path: "Tests/FuzzTargets", swiftSettings: settings),
    tests("FuzzReplayTests", ["FuzzTargets", "FileAccess"]),
  ] + fuzzer,
  swiftLanguageModes: [.v6]
)

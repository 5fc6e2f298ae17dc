/// Makes fingerprints with Chromaprint. A value without state: one is used from many threads.
public struct Fingerprinter: Sendable {
  private let library: ChromaprintLibrary

  /// Loads Chromaprint when this process has not yet done so, which takes some tens of milliseconds.
  /// - Throws: `missing` or `incompatible`.
  public init() throws(FingerprintingError) { library = try ChromaprintLibrary.loaded.get() }

  /// The fingerprint of a sound; without items when it is shorter than 2.6 s.
  /// - Parameters:
  ///   - samples: mono, full scale 1.
  ///   - sampleRate: in Hz, at least 1,000. At 22,050 Hz the rate is halved here, at others
  ///     Chromaprint itself brings it to 11,025 Hz, which takes longer.
  /// - Throws: `refused`.
  public func fingerprint(
    of samples: [Float], sampleRate: Int
  ) throws(FingerprintingError) -> Fingerprint {
    precondition(sampleRate >= 1_000, "a fingerprint at \(sampleRate) Hz")
    // Chromaprint cannot take what is empty.
    guard !samples.isEmpty else {
      return Fingerprint(algorithm: Fingerprint.currentAlgorithm, items: [])
    }
    let halves = sampleRate == 22_050
    return try library.fingerprint(
      of: halves ? HalvedRate.samples(samples) : samples.map(SixteenBits.rounded),
      sampleRate: halves ? sampleRate / 2 : sampleRate, algorithm: Fingerprint.currentAlgorithm)
  }
}

/// The library that makes the fingerprints.
public enum FingerprintingLibraries {
  /// Its name and run-time version, "not found" where it cannot be loaded; asking loads it.
  public static var versions: [(name: String, version: String)] {
    switch ChromaprintLibrary.loaded {
    case .success(let library): [("Chromaprint", library.version)]
    case .failure: [("Chromaprint", "not found")]
    }
  }
}

/// What a recording sounds like, as Chromaprint tells it: one number of 32 bits for each step of about
/// an eighth of a second. Each pair of bits says how the strength of the twelve pitch classes changes
/// around that moment, so re-encoding leaves most bits as they are.
///
/// Lukáš Lalinský, "How does Chromaprint work?" (2011); Ke, Hoiem and Sukthankar, "Computer Vision for
/// Music Identification" (2005).
public struct Fingerprint: Equatable, Sendable {
  /// Chromaprint's number of the way it was made; fingerprints of different ways are not compared.
  public let algorithm: Int
  /// One item for each step; the first describes the sound from its beginning on.
  public let items: [UInt32]

  /// Puts a fingerprint together.
  public init(algorithm: Int, items: [UInt32]) {
    self.algorithm = algorithm
    self.items = items
  }

  /// The algorithm that ``Fingerprinter`` uses: CHROMAPRINT_ALGORITHM_DEFAULT, which is TEST2.
  public static let currentAlgorithm = 1

  /// From one item to the next, in seconds: 1,365 samples at 11,025 Hz.
  public static let secondsPerItem = 1_365.0 / 11_025.0
}

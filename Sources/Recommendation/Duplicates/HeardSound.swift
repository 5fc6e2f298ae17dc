public import Catalogue

/// A sound as far as is needed to tell whether another is the same recording.
public struct HeardSound: Sendable {
  /// Its fingerprint.
  public let fingerprint: FingerprintRecord
  /// The length of the whole, in seconds.
  public let seconds: Double
  /// Its vector under the library's model, of length 1.
  public let vector: [Float]

  /// Puts a sound together.
  public init(fingerprint: FingerprintRecord, seconds: Double, vector: [Float]) {
    self.fingerprint = fingerprint
    self.seconds = seconds
    self.vector = vector
  }
}

internal import Catalogue
public import Fingerprinting
internal import VectorIndex

/// What speaks for two tracks being one recording in two encodings.
public struct DuplicateEvidence: Equatable, Sendable {
  /// The share of equal bits of the fingerprints, 0 to 1; about 0.5 for unrelated sounds.
  public let agreement: Double
  /// How much longer one is than the other, in seconds.
  public let lengthDifference: Double
  /// The cosine of their vectors, -1 to 1.
  public let similarity: Float
}

/// When two tracks are taken for one recording: their fingerprints agree, they are about as long, and
/// their vectors say that they sound alike. docs/duplicates.md tells where the numbers come from.
public struct DuplicateRule: Sendable {
  /// What the fingerprints and lengths must be like.
  public var fingerprints = FingerprintRule()
  /// The least cosine of the vectors.
  public var leastSimilarity: Float = 0.5

  /// The defaults.
  public init() {}

  /// What speaks for two sounds being one recording; nil where something speaks against it.
  public func evidence(_ left: HeardSound, _ right: HeardSound) -> DuplicateEvidence? {
    guard confirms(left.vector, right.vector),
      let match = fingerprints.match(print(left), print(right))
    else { return nil }
    return DuplicateEvidence(
      agreement: match.agreement, lengthDifference: abs(left.seconds - right.seconds),
      similarity: similarity(left.vector, right.vector))
  }

  /// Whether two vectors are near enough.
  func confirms(_ left: [Float], _ right: [Float]) -> Bool {
    similarity(left, right) >= leastSimilarity
  }

  private func similarity(_ left: [Float], _ right: [Float]) -> Float {
    // The lengths of two unit vectors are rounded, so their cosine may go beyond 1.
    max(-1, min(1, cosineSimilarity(left, right)))
  }

  private func print(
    _ sound: HeardSound
  ) -> (fingerprint: Fingerprint, start: Double, seconds: Double) {
    let record = sound.fingerprint
    return (
      Fingerprint(algorithm: record.algorithm, items: record.items), record.excerptStart,
      sound.seconds
    )
  }
}

/// When two fingerprints are of one recording.
public struct FingerprintRule: Sendable {
  /// The least share of equal bits.
  public var leastAgreement = 0.9
  /// How many items must lie over each other.
  public var leastOverlap = 24
  /// How far the lengths of two sounds may differ, and how far the same moment may lie apart in them:
  /// so many seconds or this share of the longer, whichever is more.
  public var toleranceSeconds = 2.0
  /// See ``toleranceSeconds``.
  public var toleranceShare = 0.01

  /// The defaults.
  public init() {}

  /// How far the length of a sound and the moments in it may be off, in seconds.
  func tolerance(of seconds: Double) -> Double {
    max(toleranceSeconds, toleranceShare * seconds)
  }

  /// Whether the lengths of two sounds, in seconds, are near enough.
  public func isNear(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= tolerance(of: max(left, right))
  }

  func isAlike(_ match: FingerprintMatch?) -> Bool {
    (match?.agreement ?? 0) >= leastAgreement
  }

  /// How well two fingerprints agree, nil when they are not of one recording by this rule.
  /// - Parameters:
  ///   - start: where each fingerprint begins in its sound, in seconds.
  ///   - seconds: the length of each sound.
  public func match(
    _ left: (fingerprint: Fingerprint, start: Double, seconds: Double),
    _ right: (fingerprint: Fingerprint, start: Double, seconds: Double)
  ) -> FingerprintMatch? {
    guard isNear(left.seconds, right.seconds) else { return nil }
    let match = bestMatch(left, right)
    return isAlike(match) ? match : nil
  }

  /// The best fit of two fingerprints within the tolerance, however well they agree.
  public func bestMatch(
    _ left: (fingerprint: Fingerprint, start: Double, seconds: Double),
    _ right: (fingerprint: Fingerprint, start: Double, seconds: Double)
  ) -> FingerprintMatch? {
    let middle = (left.start - right.start) / Fingerprint.secondsPerItem
    let reach = tolerance(of: max(left.seconds, right.seconds)) / Fingerprint.secondsPerItem
    let offsets = Int((middle - reach).rounded(.down))...Int((middle + reach).rounded(.up))
    return left.fingerprint.match(
      right.fingerprint, offsets: offsets, leastOverlap: leastOverlap)
  }
}

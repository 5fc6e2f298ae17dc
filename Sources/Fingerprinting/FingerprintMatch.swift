/// How well two fingerprints agree where one is laid over the other.
public struct FingerprintMatch: Equatable, Sendable {
  /// The share of equal bits, 0 to 1: 1 for the same sound, around 0.5 for sounds that have nothing to
  /// do with each other.
  public let agreement: Double
  /// How many items of the second come before what fits the beginning of the first; may be negative.
  public let offset: Int
  /// How many items lie over each other.
  public let overlap: Int
}

extension Fingerprint {
  /// The best fit of another fingerprint to this one, nil when they are of different algorithms or
  /// nowhere lie over each other far enough.
  /// - Parameters:
  ///   - offsets: where the other may be laid; see ``FingerprintMatch/offset``.
  ///   - leastOverlap: how many items must lie over each other, at least 1.
  public func match(
    _ other: Fingerprint, offsets: ClosedRange<Int>, leastOverlap: Int
  ) -> FingerprintMatch? {
    guard algorithm == other.algorithm else { return nil }
    return items.withUnsafeBufferPointer { left in
      other.items.withUnsafeBufferPointer { right in
        FingerprintItems.match(left, right, offsets: offsets, leastOverlap: leastOverlap)
      }
    }
  }
}

/// Arithmetic on the items of fingerprints, wherever they lie.
enum FingerprintItems {
  /// The best of several offsets; of equal ones the first.
  static func match(
    _ left: UnsafeBufferPointer<UInt32>, _ right: UnsafeBufferPointer<UInt32>,
    offsets: ClosedRange<Int>, leastOverlap: Int
  ) -> FingerprintMatch? {
    let possible = offsets.clamped(to: -left.count...right.count)
    var best: FingerprintMatch?
    for offset in possible {
      guard let match = match(left, right, offset: offset, leastOverlap: leastOverlap) else {
        continue
      }
      if match.agreement > best?.agreement ?? -1 { best = match }
    }
    return best
  }

  /// How well two fingerprints agree at one offset.
  static func match(
    _ left: UnsafeBufferPointer<UInt32>, _ right: UnsafeBufferPointer<UInt32>, offset: Int,
    leastOverlap: Int
  ) -> FingerprintMatch? {
    let start = max(0, -offset)
    let end = min(left.count, right.count - offset)
    let overlap = end - start
    guard overlap >= max(1, leastOverlap) else { return nil }
    var differing = 0
    for place in start..<end {
      differing += (left[place] ^ right[place + offset]).nonzeroBitCount
    }
    return FingerprintMatch(
      agreement: 1 - Double(differing) / Double(32 * overlap), offset: offset, overlap: overlap)
  }
}

internal import Glibc
internal import VectorIndex

/// Damps hubs: a track counts as near the less often it is that a track is nearer to the query or the
/// query nearer to a track. A hub is near to everything, so its nearness says little.
///
/// The similarities of each vector to the collection are taken for normally distributed and the two for
/// independent (Schnitzer, Flexer, Schedl and Widmer, "Local and global scaling reduce hubs in space",
/// JMLR 13, 2012), with mean and deviation from the collection's covariance.
struct MutualProximity {
  private let moments: SimilarityMoments
  private let typical: (mean: Float, deviation: Float)
  private let query: (mean: Float, deviation: Float)

  init(_ moments: SimilarityMoments, query: [Float]) {
    self.moments = moments
    typical = moments.typical
    self.query = moments.spread(of: query)
  }

  /// What the similarity would be if query and track were like any others of the collection and their
  /// mutual proximity the same.
  func damped(_ similarity: Float, to vector: [Float]) -> Float {
    let others = moments.spread(of: vector)
    let (first, second) = (Self.score(similarity, query), Self.score(similarity, others))
    let near = Self.share(below: first) * Self.share(below: second)
    // Each tail by itself, for near the other end of it nothing is left of the digits.
    if near < 0.5 { return value(atScore: -Self.score(withShareAbove: near.squareRoot())) }
    let (above, alsoAbove) = (Self.share(below: -first), Self.share(below: -second))
    let outside = above + alsoAbove - above * alsoAbove
    return value(atScore: Self.score(withShareAbove: outside / (1 + (1 - outside).squareRoot())))
  }

  private func value(atScore score: Double) -> Float {
    typical.mean + Float(score) * max(typical.deviation, 1e-6)
  }

  /// How many deviations a similarity lies above the mean.
  private static func score(_ value: Float, _ spread: (mean: Float, deviation: Float)) -> Double {
    (Double(value) - Double(spread.mean)) / max(Double(spread.deviation), 1e-6)
  }

  private static func share(below score: Double) -> Double { 0.5 * erfc(-score / 2.0.squareRoot()) }

  /// The inverse, from the other end, by halving.
  private static func score(withShareAbove share: Double) -> Double {
    var (low, high) = (-38.0, 38.0)
    for _ in 0..<48 {
      let middle = (low + high) / 2
      if Self.share(below: -middle) > share { low = middle } else { high = middle }
    }
    return low
  }
}

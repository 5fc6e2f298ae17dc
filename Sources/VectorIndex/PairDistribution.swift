/// How similar two vectors of a collection are, over all pairs: what a similarity is worth there.
///
/// A cosine of 0.6 can be the closest match in one library and an everyday one in another; its
/// percentile among the pairs says which.
public struct PairDistribution: Equatable, Sendable {
  /// Steps of a thousandth, both ends included.
  static let stepCount = 1001
  /// Collections with more pairs than this are sampled.
  static let largestPairCount = 20_000

  /// The similarities that 0.0 %, 0.1 %, … 100.0 % of the pairs do not pass, ascending.
  let steps: [Float]

  init(steps: [Float]) { self.steps = steps }

  /// Measures the wholes of a collection: all pairs where they are few, else 20,000 drawn with a fixed
  /// seed. Nil when there are fewer than two vectors of wholes.
  public init?(of vectors: ExactSearch) {
    let count = vectors.wholeCount
    guard count >= 2 else { return nil }
    var similarities: [Float] = []
    let compare = { (left: Int, right: Int) in
      let dimension = vectors.dimension
      return cosineSimilarity(
        Array(vectors.values[(left * dimension)..<((left + 1) * dimension)]),
        Array(vectors.values[(right * dimension)..<((right + 1) * dimension)]))
    }
    if count * (count - 1) / 2 <= Self.largestPairCount {
      for left in 0..<count {
        for right in (left + 1)..<count { similarities.append(compare(left, right)) }
      }
    } else {
      var state: UInt64 = 20
      for _ in 0..<Self.largestPairCount {
        let left = Self.draw(&state, below: count)
        // Any other one: never the vector itself.
        let right = (left + 1 + Self.draw(&state, below: count - 1)) % count
        similarities.append(compare(left, right))
      }
    }
    similarities.sort()
    steps = (0..<Self.stepCount).map { step in
      let place = Double(step) / Double(Self.stepCount - 1) * Double(similarities.count - 1)
      return similarities[Int(place.rounded())]
    }
  }

  /// The share of pairs, in per cent from 0 to 100, that are less similar than this.
  public func percentile(of similarity: Float) -> Double {
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low + high) / 2
      if steps[middle] < similarity { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return 0 }
    guard low < steps.count else { return 100 }
    let (below, above) = (steps[low - 1], steps[low])
    let part = above > below ? Double((similarity - below) / (above - below)) : 0
    return (Double(low - 1) + part) / Double(steps.count - 1) * 100
  }

  /// The similarity that a share of pairs, in per cent from 0 to 100, do not pass.
  public func similarity(at percentile: Double) -> Float {
    precondition((0...100).contains(percentile), "a percentile of \(percentile)")
    return steps[Int((percentile / 100 * Double(steps.count - 1)).rounded())]
  }

  /// A number from 0 up to a bound, by SplitMix64.
  private static func draw(_ state: inout UInt64, below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}

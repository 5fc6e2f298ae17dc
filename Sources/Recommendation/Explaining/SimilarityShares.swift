/// How the similarity of two songs comes about: shares of what a person understands, which together with
/// the rest add up to it.
public struct SimilarityShares: Equatable, Sendable {
  /// The mean similarity of two tracks of the library.
  public let base: Double
  /// What each aspect adds or takes away; those that are not known of both songs are not there.
  public let aspects: [Aspect: Double]
  /// What is heard beyond the aspects: the similarity less the base and all aspects.
  public let rest: Double

  /// The similarity.
  public var sum: Double {
    // In a fixed order, or the last digit would depend on the run.
    Aspect.allCases.reduce(base) { $0 + (aspects[$1] ?? 0) } + rest
  }
}

/// How the similarity of two tracks of a library goes with their agreement in what a person understands.
///
/// Similarity y and agreements x are taken for jointly normally distributed, with mean and covariance of
/// pairs of the library's tracks. What the agreements S alone tell is E[y | x_S]; the share of an aspect
/// is its Shapley value in the game v(S) = E[y | x_S]: what it adds to what is known, averaged over all
/// orders in which the aspects may become known (Shapley 1953; for dependent, normally distributed
/// features Aas, Jullum and Løland, "Explaining individual predictions when features are dependent",
/// Artificial Intelligence 298, 2021). Exact: there are 32 sets.
public struct SimilarityModel: Sendable {
  private static let count = Aspect.allCases.count
  /// Of the agreements in the order of the aspects, and behind them of the similarity.
  private let mean: [Double]
  /// Row-major.
  private let covariance: [Double]

  /// Pairs that say less than this many are no ground to judge by.
  static let fewestPairs = 100

  /// Learns from pairs.
  /// - Parameter pairs: the agreement in each aspect in their order, and the similarity.
  /// - Returns: nil where there are too few.
  public init?(pairs: [(agreements: [Float], similarity: Float)]) {
    guard pairs.count >= Self.fewestPairs else { return nil }
    let size = Self.count + 1
    var sums = [Double](repeating: 0, count: size)
    var products = [Double](repeating: 0, count: size * size)
    for pair in pairs {
      precondition(pair.agreements.count == Self.count, "\(pair.agreements.count) agreements")
      let values = pair.agreements.map(Double.init) + [Double(pair.similarity)]
      for row in 0..<size {
        sums[row] += values[row]
        for column in 0...row { products[row * size + column] += values[row] * values[column] }
      }
    }
    let count = Double(pairs.count)
    let mean = sums.map { $0 / count }
    var covariance = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        let value = products[row * size + column] / count - mean[row] * mean[column]
        covariance[row * size + column] = value
        covariance[column * size + row] = value
      }
    }
    self.mean = mean
    self.covariance = covariance
  }

  /// The shares of a similarity.
  /// - Parameter agreements: of the aspects that are known of both songs.
  public func shares(of similarity: Float, agreements: [Aspect: Float]) -> SimilarityShares {
    let players = Aspect.allCases.indices.filter { agreements[Aspect.allCases[$0]] != nil }
    let size = Self.count + 1
    let deviations = Aspect.allCases.indices.map { place in
      // What lies further out than nearly all pairs is taken for one at their edge: a straight line
      // through the pairs says nothing of what lies far beyond them.
      let most = Self.mostDeviations * max(0, covariance[place * size + place]).squareRoot()
      return agreements[Aspect.allCases[place]].map {
        max(-most, min(most, Double($0) - mean[place]))
      } ?? 0
    }
    // What each set of players tells, by the bits of their places among the players.
    let told = (0..<(1 << players.count)).map { set in
      expected(players.indices.filter { set >> $0 & 1 == 1 }.map { players[$0] }, deviations)
    }
    var shares: [Aspect: Double] = [:]
    for (bit, player) in players.enumerated() {
      var share = 0.0
      for set in told.indices where set >> bit & 1 == 0 {
        share +=
          Self.weight(of: set.nonzeroBitCount, among: players.count)
          * (told[set | 1 << bit] - told[set])
      }
      shares[Aspect.allCases[player]] = share
    }
    let base = mean[Self.count]
    let rest = Double(similarity) - base - (told.last ?? 0)
    return SimilarityShares(base: base, aspects: shares, rest: rest)
  }

  /// How probable it is that just so many of the others come before one.
  private static func weight(of before: Int, among all: Int) -> Double {
    // before! (all - before - 1)! / all!
    var weight = 1 / Double(all)
    for place in 0..<before { weight *= Double(place + 1) / Double(all - 1 - place) }
    return weight
  }

  /// By how much the expected similarity differs from the mean when the agreements in a set are known.
  private func expected(_ set: [Int], _ deviations: [Double]) -> Double {
    let size = Self.count + 1
    // An aspect that hardly varies tells nothing; nor does one that follows from the others.
    let set = set.filter { covariance[$0 * size + $0] > Self.leastVariance }
    var rows = set.map { row in
      set.map { covariance[row * size + $0] } + [deviations[row]]
    }
    // Gauss–Jordan: what the set tells is cov(y, x) · cov(x)^-1 · deviations, these the last column.
    for pivot in rows.indices {
      let value = rows[pivot][pivot]
      guard value > Self.leastVariance else {
        rows[pivot] = [Double](repeating: 0, count: rows.count + 1)
        continue
      }
      for column in 0...rows.count { rows[pivot][column] /= value }
      for row in rows.indices where row != pivot {
        let factor = rows[row][pivot]
        for column in 0...rows.count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    return zip(set, rows).reduce(0) { sum, known in
      sum + covariance[known.0 * size + Self.count] * known.1[set.count]
    }
  }

  /// Agreements lie between -1 and 1.
  private static let leastVariance = 1e-4
  private static let mostDeviations = 3.0
}

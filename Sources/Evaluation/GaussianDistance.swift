internal import LinearAlgebra

/// A sound's cepstrum as one normal distribution.
struct CepstralGaussian: Sendable {
  /// The number of coefficients of ``values(mean:covariance:)``.
  static func order(valueCount: Int) -> Int {
    // n + n (n + 1) / 2 values.
    (1...).first { $0 + $0 * ($0 + 1) / 2 >= valueCount } ?? 1
  }

  private let mean: [Double]
  /// Both symmetric, order × order.
  private let covariance: [Double]
  private let precision: [Double]

  /// Under every variance, in squared units of the cepstrum: a sound that hardly changes would else
  /// be infinitely far from all others.
  private static let leastVariance = 1e-2

  /// - Parameter values: the mean, then the lower triangle of the covariance, row by row.
  init(_ values: [Float]) {
    let order = Self.order(valueCount: values.count)
    mean = values[..<order].map(Double.init)
    var covariance = [Double](repeating: 0, count: order * order)
    var place = order
    for row in 0..<order {
      for column in 0...row {
        covariance[row * order + column] = Double(values[place])
        covariance[column * order + row] = Double(values[place])
        place += 1
      }
    }
    guard let eigen = try? SymmetricEigen(of: covariance, order: order) else {
      preconditionFailure("a covariance of finite features that cannot be decomposed")
    }
    self.covariance = eigen.applying { max($0, Self.leastVariance) }
    precision = eigen.applying { 1 / max($0, Self.leastVariance) }
  }

  /// The mean of both Kullback–Leibler divergences: 0 for equal distributions, never below.
  func divergence(from other: CepstralGaussian) -> Double {
    let order = mean.count
    var traces = 0.0
    for place in covariance.indices {
      traces += covariance[place] * other.precision[place]
      traces += other.covariance[place] * precision[place]
    }
    var square = 0.0
    for row in 0..<order {
      var sum = 0.0
      for column in 0..<order {
        sum +=
          (precision[row * order + column] + other.precision[row * order + column])
          * (mean[column] - other.mean[column])
      }
      square += sum * (mean[row] - other.mean[row])
    }
    return max(0, (traces + square) / 4 - Double(order) / 2)
  }
}

/// Divergences of normal distributions.
struct GaussianDistances: DistanceRows {
  let queries: [CepstralGaussian]
  let candidates: [CepstralGaussian]

  var queryCount: Int { queries.count }
  var candidateCount: Int { candidates.count }

  func row(_ query: Int) -> [Double] {
    let query = queries[query]
    return candidates.map { query.divergence(from: $0) }
  }
}

/// Distances made mutual: near is who is near to the other as the other sees it, so that hubs, which
/// are near to all, win nothing by it.
///
/// Source: Schnitzer, Flexer, Schedl and Widmer 2012, "Local and Global Scaling Reduce Hubs in
/// Space": mutual proximity with both views taken as independent. Shares are counted: divergences
/// have tails far too long for the normal distributions of the paper's short cut.
struct MutualProximity: Sendable {
  /// How each candidate sees the others.
  private let views: [View]

  /// - Parameter candidates: from candidates to one another. Their distances are kept: 8 bytes for
  ///   each pair.
  init(_ candidates: some DistanceRows) {
    views = (0..<candidates.queryCount).map { View(candidates.row($0), without: $0) }
  }

  /// - Parameters:
  ///   - distances: from queries to the candidates.
  ///   - areSame: whether the queries are the candidates, whose distance to themselves says nothing.
  func distances<Rows: DistanceRows>(_ distances: Rows, areSame: Bool) -> MutualDistances<Rows> {
    MutualDistances(distances: distances, proximity: self, areSame: areSame)
  }

  /// Distances of queries made mutual.
  struct MutualDistances<Rows: DistanceRows>: DistanceRows {
    fileprivate let distances: Rows
    fileprivate let proximity: MutualProximity
    fileprivate let areSame: Bool

    var queryCount: Int { distances.queryCount }
    var candidateCount: Int { distances.candidateCount }

    func row(_ query: Int) -> [Double] {
      let row = distances.row(query)
      let view = areSame ? proximity.views[query] : View(row, without: nil)
      return zip(row, proximity.views).map { $1.remoteness(of: $0) + view.remoteness(of: $0) }
    }
  }

  /// How far the others are for one track.
  private struct View: Sendable {
    private let sorted: [Double]

    init(_ row: [Double], without own: Int?) {
      sorted = row.enumerated().filter { $0.offset != own }.map(\.element).sorted()
    }

    /// The negative logarithm of the share of the others that are farther away; half a track is
    /// added so that being farther than all has one too.
    func remoteness(of distance: Double) -> Double {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] <= distance { low = middle + 1 } else { high = middle }
      }
      let farther = Double(sorted.count - low)
      return -logarithm(of: (farther + 0.5) / (Double(sorted.count) + 0.5))
    }
  }
}

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

  static func distances(
    from queries: [CepstralGaussian], to candidates: [CepstralGaussian]
  ) -> DistanceMatrix {
    DistanceMatrix(
      queryCount: queries.count, candidateCount: candidates.count,
      values: queries.flatMap { query in candidates.map { query.divergence(from: $0) } })
  }
}

/// Distances made mutual: near is who is near to the other as the other sees it, so that hubs, which
/// are near to all, win nothing by it.
///
/// Source: Schnitzer, Flexer, Schedl and Widmer 2012, "Local and Global Scaling Reduce Hubs in
/// Space": mutual proximity with both views taken as independent. Shares are counted: divergences
/// have tails far too long for the normal distributions of the paper's short cut.
enum MutualProximity {
  /// - Parameters:
  ///   - distances: from queries to candidates.
  ///   - candidates: from candidates to one another.
  ///   - areSame: whether the queries are the candidates, whose distance to themselves says nothing.
  static func distances(
    _ distances: DistanceMatrix, candidates: DistanceMatrix, areSame: Bool
  ) -> DistanceMatrix {
    let queryViews = (0..<distances.queryCount).map {
      View(distances[$0], without: areSame ? $0 : nil)
    }
    let candidateViews = (0..<candidates.queryCount).map { View(candidates[$0], without: $0) }
    var values: [Double] = []
    values.reserveCapacity(distances.values.count)
    for (query, view) in queryViews.enumerated() {
      for (distance, other) in zip(distances[query], candidateViews) {
        values.append(view.remoteness(of: distance) + other.remoteness(of: distance))
      }
    }
    return DistanceMatrix(
      queryCount: distances.queryCount, candidateCount: distances.candidateCount, values: values)
  }

  /// How far the others are for one track.
  private struct View {
    private let sorted: [Double]

    init(_ row: ArraySlice<Double>, without own: Int?) {
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

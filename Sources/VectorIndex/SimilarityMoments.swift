internal import CVectorKernels
internal import Glibc

/// How similar the vectors of a collection are to any vector: mean and deviation, from the mean and the
/// covariance of the collection. Some vectors, the hubs, are similar to all; this tells them.
public struct SimilarityMoments: Equatable, Sendable {
  /// The covariance of vectors longer than this would take too much room.
  static let largestDimension = 1_024
  /// Of larger collections so many vectors are taken, evenly spread.
  static let largestSample = 16_384

  let mean: [Float]
  /// dimension × dimension.
  let covariance: [Float]

  init(mean: [Float], covariance: [Float]) {
    self.mean = mean
    self.covariance = covariance
  }

  /// Measures the wholes of a collection; nil when there are fewer than two vectors of them, or they are
  /// too long.
  public init?(of vectors: ExactSearch) {
    let (count, dimension) = (vectors.wholeCount, vectors.dimension)
    guard count >= 2, dimension <= Self.largestDimension else { return nil }
    let taken = min(count, Self.largestSample)
    var sample: [Float] = []
    sample.reserveCapacity(taken * dimension)
    for number in 0..<taken {
      let row = number * count / taken
      sample += vectors.values[(row * dimension)..<((row + 1) * dimension)]
    }
    var sums = [Double](repeating: 0, count: dimension)
    for row in 0..<taken {
      for place in 0..<dimension { sums[place] += Double(sample[row * dimension + place]) }
    }
    mean = sums.map { Float($0 / Double(taken)) }
    var scatter = [Float](repeating: 0, count: dimension * dimension)
    cvk_scatter(sample, taken, dimension, mean, &scatter)
    covariance = scatter.map { $0 / Float(taken) }
  }

  /// Mean and deviation of the dot products of a vector with those of the collection.
  public func spread(of vector: [Float]) -> (mean: Float, deviation: Float) {
    precondition(vector.count == mean.count, "a vector of \(vector.count), not \(mean.count)")
    var variance: Float = 0
    covariance.withUnsafeBufferPointer { covariance in
      guard let start = covariance.baseAddress else { return }
      for (row, value) in vector.enumerated() {
        variance += value * cvk_dot(start + row * vector.count, vector, vector.count)
      }
    }
    return (cvk_dot(mean, vector, vector.count), max(0, variance).squareRoot())
  }
}

extension SimilarityMoments {
  /// The mean similarity of two vectors of the collection, and the root of the mean square deviation of
  /// one of them from all.
  public var typical: (mean: Float, deviation: Float) {
    let (square, along) = (mean.reduce(0) { $0 + $1 * $1 }, spread(of: mean).deviation)
    let all = covariance.reduce(Float(0)) { $0 + $1 * $1 }
    return (square, (all + along * along).squareRoot())
  }

  /// The share of the collection, 0 to 1, that is less similar to all the others than this vector,
  /// where the means are normally distributed.
  public func centrality(of vector: [Float]) -> Double {
    let deviation = max(spread(of: mean).deviation, 1e-6)
    let apart = (cvk_dot(mean, vector, vector.count) - typical.mean) / deviation
    return 0.5 * erfc(-Double(apart) / 2.0.squareRoot())
  }
}

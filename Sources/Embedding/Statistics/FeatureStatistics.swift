internal import CVectorKernels
public import SpectralFeatures

/// One long vector of statistics about a sound: what is there on average, how much it varies, and
/// how it varies together. System 4's "pairwise" idea, with second-order statistics.
public enum FeatureStatistics {
  /// A stretch of the vector.
  public struct Part: Sendable, Equatable {
    /// What it is.
    public let name: String
    /// How many values.
    public let count: Int
  }

  /// Version of these definitions; part of a model's settings, so that it changes identities.
  static let version = 1

  /// What the vector is made of, in order.
  static let kinds: [StatisticPart] = [
    .melMean, .melDeviation, .stepDeviation, .cepstrumMean, .cepstrumCovariance, .chromaMean,
    .chromaDeviation, .tonnetzMean, .tonnetzDeviation, .contrastMean, .contrastDeviation,
  ]

  /// The features that the statistics are taken from.
  public static let contents = kinds.reduce(into: SpectralAnalyzer.Contents()) {
    $0.formUnion($1.contents)
  }

  /// Added to the variances before their logarithm, in squared units of the cepstrum, so that a
  /// coefficient that hardly moves does not outweigh the rest.
  static let varianceFloor = 1.0

  /// The stretches of ``vector(of:)``, in order.
  public static func parts(settings: SpectrogramSettings) -> [Part] {
    kinds.map { Part(name: $0.rawValue, count: $0.count(settings)) }
  }

  /// The statistics of a sound, as ``parts(settings:)`` lists them.
  /// - Parameter features: holds everything of ``contents``.
  public static func vector(of features: SpectralFeatureSet) -> [Float] {
    var statistics = TrackStatistics(features)
    return kinds.flatMap { statistics.values(of: $0) }
  }

  /// The matrix logarithm of the covariance of the columns, its lower triangle row by row, with the
  /// entries off the diagonal multiplied by √2 so that lengths are those of the whole matrix.
  ///
  /// The logarithm makes covariances, which only differ in a curved way, comparable by straight
  /// lines (Arsigny et al. 2006, Log-Euclidean metrics).
  static func logCovariance(
    of matrix: FeatureMatrix, mean: [Float], floor: Double = varianceFloor
  ) -> [Float] {
    let order = matrix.binCount
    var sums = [Float](repeating: 0, count: order * order)
    cvk_scatter(matrix.values, matrix.frameCount, order, mean, &sums)
    var covariance = sums.map { Double($0) / Double(max(1, matrix.frameCount)) }
    for bin in 0..<order { covariance[bin * order + bin] += floor }
    // Rounding can bring an eigenvalue a hair under the floor that was added.
    let logarithm = SymmetricFunction.apply(to: covariance, order: order) {
      .logarithm(max($0, floor / 2))
    }
    var triangle: [Float] = []
    triangle.reserveCapacity(order * (order + 1) / 2)
    for row in 0..<order {
      for column in 0..<row {
        triangle.append(Float(logarithm[row * order + column] * 2.0.squareRoot()))
      }
      triangle.append(Float(logarithm[row * order + row]))
    }
    return triangle
  }
}

/// Mean, deviation, and deviation of the step from one frame to the next, of each column of a
/// frames × bins matrix; zeros without frames.
struct ColumnStatistics {
  let mean: [Float]
  let deviation: [Float]
  let stepDeviation: [Float]

  init(_ matrix: FeatureMatrix) {
    var mean = [Float](repeating: 0, count: matrix.binCount)
    var deviation = mean
    var stepDeviation = mean
    if matrix.frameCount > 0 {
      cvk_column_statistics(
        matrix.values, matrix.frameCount, matrix.binCount, &mean, &deviation, &stepDeviation)
    }
    self.mean = mean
    self.deviation = deviation
    self.stepDeviation = stepDeviation
  }
}

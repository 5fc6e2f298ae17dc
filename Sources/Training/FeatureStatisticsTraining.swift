public import Embedding
internal import LinearAlgebra
public import SpectralFeatures

/// Fits the projection of a feature-statistics model: principal components, half-whitened.
///
/// Each statistic is standardised with the data's own mean and deviation and weighted by the part it
/// belongs to; the directions of largest variance are found, and each axis is divided by the square
/// root of its deviation. Full whitening would make noise as loud as music, none would leave a few
/// directions to decide everything.
public struct FeatureStatisticsTraining: Sendable {
  /// How the features are computed.
  public var settings = SpectrogramSettings()
  /// The length of the vectors.
  public var dimension = 256
  /// How much each part counts beside the others; 1 for a part that is not named.
  public var partWeights: [String: Double] = FeatureStatisticsTraining.defaultPartWeights
  /// The power of the deviation that each axis is divided by: 0 nothing, 1 full whitening.
  public var whitening = 0.5

  /// Chosen on the development set of the corpus (docs/experiments.md).
  public static let defaultPartWeights: [String: Double] = [
    "mel mean": 2, "mel deviation": 1.5, "mel step deviation": 4, "mfcc mean": 0.5,
    "mfcc log-covariance": 1, "chroma mean": 0.5, "chroma deviation": 0.7, "tonnetz mean": 0.4,
    "tonnetz deviation": 0.7, "contrast mean": 0.5, "contrast deviation": 0.4,
  ]

  /// The defaults.
  public init() {}

  /// Fits a model.
  /// - Parameters:
  ///   - statistics: one vector of `FeatureStatistics` for each sound; more than ``dimension``.
  ///   - name: the model's own name.
  ///   - card: about the data and the training.
  /// - Throws: ``TrainingError``.
  public func fit(
    _ statistics: [[Float]], name: String, card: some Encodable
  ) throws(TrainingError) -> EmbeddingModel {
    guard statistics.count > dimension else {
      throw TrainingError(code: .tooFewSounds(statistics.count, needed: dimension + 1))
    }
    let count = statistics[0].count
    let moments = Moments(statistics)
    let scale = zip(weights, moments.deviation).map { weight, deviation in
      // A statistic that never changes says nothing.
      deviation > 1e-9 ? weight / deviation : 0
    }
    var covariance = [Double](repeating: 0, count: count * count)
    for row in statistics {
      let standardised = zip(row, zip(moments.mean, scale)).map { (Double($0) - $1.0) * $1.1 }
      for (place, left) in standardised.enumerated() where left != 0 {
        for other in 0...place { covariance[place * count + other] += left * standardised[other] }
      }
    }
    for place in covariance.indices { covariance[place] /= Double(statistics.count) }
    let eigen: SymmetricEigen
    do {
      eigen = try SymmetricEigen(of: covariance, order: count)
    } catch {
      throw TrainingError(code: .noDecomposition)
    }
    // What rounding leaves of a direction without variance would be blown up as large as music.
    guard eigen.values[dimension - 1] > 1e-10 * eigen.values[0] else {
      throw TrainingError(code: .tooMuchAlike)
    }
    var projection: [Float] = []
    projection.reserveCapacity(dimension * count)
    for axis in 0..<dimension {
      let factor = Self.power(eigen.values[axis], -whitening / 2)
      projection += eigen.vectors[(axis * count)..<((axis + 1) * count)].map { Float($0 * factor) }
    }
    return EmbeddingModel(
      featureStatistics: name, settings: settings, mean: moments.mean.map(Float.init),
      scale: scale.map(Float.init), projection: projection, card: card)
  }

  /// The weight of each statistic: its part's, divided by the square root of the part's length so
  /// that long parts do not win by their length alone.
  private var weights: [Double] {
    FeatureStatistics.parts(settings: settings).flatMap { part in
      let weight = (partWeights[part.name] ?? 1) / Double(part.count).squareRoot()
      return [Double](repeating: weight, count: part.count)
    }
  }
}

/// Mean and deviation of each column.
private struct Moments {
  let mean: [Double]
  let deviation: [Double]

  init(_ rows: [[Float]]) {
    let count = Double(rows.count)
    var mean = [Double](repeating: 0, count: rows[0].count)
    for row in rows { for (place, value) in row.enumerated() { mean[place] += Double(value) } }
    for place in mean.indices { mean[place] /= count }
    var squares = [Double](repeating: 0, count: mean.count)
    for row in rows {
      for (place, value) in row.enumerated() {
        let centred = Double(value) - mean[place]
        squares[place] += centred * centred
      }
    }
    self.mean = mean
    deviation = squares.map { ($0 / count).squareRoot() }
  }
}

/// Why a training could not end in a model.
public struct TrainingError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// So many sounds, where more are needed.
    case tooFewSounds(Int, needed: Int)
    /// The sounds do not differ in as many directions as the vectors have dimensions.
    case tooMuchAlike
    /// The decomposition failed.
    case noDecomposition
  }

  /// What kind of trouble it was.
  public let code: Code
}

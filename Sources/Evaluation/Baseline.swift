internal import LinearAlgebra
public import SpectralFeatures

/// A simple way to turn sound into a vector: what a model has to be better than.
public enum Baseline: String, CaseIterable, Sendable {
  /// Nothing of the sound: numbers at random.
  case random
  /// Mean and deviation of each mel band in decibels.
  case melStatistics = "log-mel statistics"
  /// Mean and deviation of each of 20 cepstral coefficients, and deviation of their change.
  case cepstrumStatistics = "MFCC statistics"
  /// The mel image, its columns averaged to 64.
  case melImage = "PCA of the mel image"

  /// The features that the baselines are made from, with the default settings.
  public static let contents: SpectralAnalyzer.Contents = [.melDecibels, .mfcc]

  /// What is taken from one sound, before the sounds are looked at together.
  /// - Parameters:
  ///   - features: of ``contents``.
  ///   - seed: of ``random``.
  public func values(of features: SpectralFeatureSet, seed: UInt32) -> [Float] {
    guard let mel = features.melDecibels, let cepstrum = features.mfcc else {
      preconditionFailure("a baseline without the features it is made from")
    }
    switch self {
    case .random:
      var random = RandomNumbers(seed: seed)
      return (0..<256).map { _ in Float(random.normal()) }
    case .melStatistics: return Self.statistics(of: mel)
    case .cepstrumStatistics:
      // librosa's window, or for a sound of a few frames one that fits.
      let width = min(9, (cepstrum.frameCount - 1) / 2 * 2 + 1)
      let change =
        width >= 3
        ? Self.statistics(of: Delta.delta(cepstrum, width: width))
        : [Float](repeating: 0, count: 2 * cepstrum.binCount)
      return Self.statistics(of: cepstrum) + change.suffix(cepstrum.binCount)
    case .melImage: return Self.columns(of: MelImage(melDecibels: mel))
    }
  }

  /// The mean of each bin over the frames, then the deviations.
  private static func statistics(of matrix: FeatureMatrix) -> [Float] {
    let mean = matrix.meanOverFrames()
    var squares = [Double](repeating: 0, count: matrix.binCount)
    for frame in 0..<matrix.frameCount {
      for (bin, value) in matrix.frame(frame).enumerated() {
        let step = Double(value - mean[bin])
        squares[bin] += step * step
      }
    }
    return mean + squares.map { Float(($0 / Double(max(matrix.frameCount, 1))).squareRoot()) }
  }

  private static let columnCount = 64

  /// A picture of any length as 64 columns, each the mean of its share of the picture's.
  private static func columns(of image: MelImage) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(MelImage.rowCount * columnCount)
    for row in 0..<MelImage.rowCount {
      for column in 0..<columnCount {
        let start = column * image.columnCount / columnCount
        let end = (column + 1) * image.columnCount / columnCount
        let sum = (start..<end).reduce(Float(0)) { $0 + image[row, $1] }
        values.append(sum / Float(end - start))
      }
    }
    return values
  }
}

/// What is learned from the tracks themselves to make vectors of a baseline's values.
public struct BaselineSpace: Sendable {
  private enum Kind: Sendable {
    case asItIs
    case standardised(mean: [Double], scale: [Double])
    case principal(PrincipalComponents)
  }

  private let kind: Kind

  /// The most tracks of which principal components are taken: time grows with the cube.
  public static let mostTracksForComponents = 2_000
  /// The most principal components kept.
  public static let componentCount = 256

  /// Learns from the unchanged tracks. No label is looked at.
  /// - Parameter rows: the baseline's values of each track.
  /// - Returns: nil where a baseline does not fit: principal components of too many tracks or of
  ///   tracks that do not differ.
  public init?(_ baseline: Baseline, rows: [[Float]]) {
    guard let first = rows.first else { return nil }
    switch baseline {
    case .random: kind = .asItIs
    case .melStatistics, .cepstrumStatistics:
      var mean = [Double](repeating: 0, count: first.count)
      for row in rows { for (place, value) in row.enumerated() { mean[place] += Double(value) } }
      for place in mean.indices { mean[place] /= Double(rows.count) }
      var squares = [Double](repeating: 0, count: first.count)
      for row in rows {
        for (place, value) in row.enumerated() {
          squares[place] += (Double(value) - mean[place]) * (Double(value) - mean[place])
        }
      }
      let scale = squares.map { square in
        let deviation = (square / Double(rows.count)).squareRoot()
        // What never changes says nothing.
        return deviation > 1e-9 ? 1 / deviation : 0
      }
      kind = .standardised(mean: mean, scale: scale)
    case .melImage:
      guard rows.count <= Self.mostTracksForComponents,
        let components = PrincipalComponents(rows, count: Self.componentCount)
      else { return nil }
      kind = .principal(components)
    }
  }

  /// The vector of a sound, to be compared by cosine.
  public func vector(of values: [Float]) -> [Float] {
    switch kind {
    case .asItIs: values
    case .standardised(let mean, let scale):
      values.indices.map { Float((Double(values[$0]) - mean[$0]) * scale[$0]) }
    case .principal(let components): components.project(values)
    }
  }
}

/// The directions in which rows differ most, found from their inner products: there are fewer rows
/// than values in each.
private struct PrincipalComponents: Sendable {
  private let mean: [Float]
  /// One unit vector for each component.
  private let axes: [[Float]]

  init?(_ rows: [[Float]], count: Int) {
    let dimension = rows[0].count
    var mean = [Float](repeating: 0, count: dimension)
    for row in rows { for place in mean.indices { mean[place] += row[place] } }
    for place in mean.indices { mean[place] /= Float(rows.count) }
    let centred = rows.map { row in zip(row, mean).map { $0 - $1 } }
    var products = [Double](repeating: 0, count: rows.count * rows.count)
    for left in rows.indices {
      for right in 0...left {
        products[left * rows.count + right] = Double(dot(centred[left], centred[right]))
      }
    }
    guard let eigen = try? SymmetricEigen(of: products, order: rows.count),
      eigen.values[0] > 0
    else { return nil }
    // Centred rows span one direction fewer than there are rows; what is left is rounding.
    let kept = eigen.values.prefix(min(count, rows.count - 1)).prefix {
      $0 > 1e-6 * eigen.values[0]
    }
    guard !kept.isEmpty else { return nil }
    axes = kept.indices.map { number in
      var axis = [Float](repeating: 0, count: dimension)
      for (place, row) in centred.enumerated() {
        let weight = Float(eigen.vectors[number * rows.count + place] / kept[number].squareRoot())
        for index in axis.indices { axis[index] += weight * row[index] }
      }
      return axis
    }
    self.mean = mean
  }

  func project(_ values: [Float]) -> [Float] {
    let centred = zip(values, mean).map { $0 - $1 }
    return axes.map { dot($0, centred) }
  }
}

private func dot(_ left: [Float], _ right: [Float]) -> Float {
  left.withUnsafeBufferPointer { left in
    right.withUnsafeBufferPointer { right in
      var sum = Float(0)
      for place in left.indices { sum += left[place] * right[place] }
      return sum
    }
  }
}

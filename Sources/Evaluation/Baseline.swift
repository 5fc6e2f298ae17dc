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
  /// Mean and covariance of 20 cepstral coefficients: one normal distribution, compared by the
  /// symmetric Kullback–Leibler divergence (Mandel and Ellis 2005).
  case gaussian = "MFCC Gaussian"
  /// The same made mutual by ``MutualProximity``.
  case mutualGaussian = "MFCC Gaussian, mutual proximity"
  /// The mel image, its columns averaged to 64.
  case melImage = "PCA of the mel image"

  /// The features that the baselines are made from, with the default settings.
  public static let contents: SpectralAnalyzer.Contents = [.melDecibels, .mfcc]

  /// The most tracks that can be compared. The time for principal components grows with the cube of
  /// the number of tracks, the memory for mutual proximity with the square.
  public var mostTracks: Int {
    switch self {
    case .melImage: 2_000
    case .mutualGaussian: 5_000
    default: .max
    }
  }

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
      var numbers = RandomNumbers(seed: seed)
      return (0..<256).map { _ in Float(numbers.normal()) }
    case .melStatistics: return Self.statistics(of: mel)
    case .cepstrumStatistics:
      // librosa's window, or for a sound of a few frames one that fits.
      let width = min(9, (cepstrum.frameCount - 1) / 2 * 2 + 1)
      let change =
        width >= 3
        ? Self.statistics(of: Delta.delta(of: cepstrum, width: width))
        : [Float](repeating: 0, count: 2 * cepstrum.binCount)
      let deviations = change.suffix(cepstrum.binCount)
      return Self.statistics(of: cepstrum) + deviations
    case .gaussian, .mutualGaussian: return Self.gaussian(of: cepstrum)
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

  /// The mean, then the lower triangle of the covariance, row by row.
  private static func gaussian(of matrix: FeatureMatrix) -> [Float] {
    let order = matrix.binCount
    let mean = matrix.meanOverFrames()
    var sums = [Double](repeating: 0, count: order * (order + 1) / 2)
    for frame in 0..<matrix.frameCount {
      let centred = zip(matrix.frame(frame), mean).map { Double($0 - $1) }
      var place = 0
      for row in 0..<order {
        for column in 0...row {
          sums[place] += centred[row] * centred[column]
          place += 1
        }
      }
    }
    return mean + sums.map { Float($0 / Double(max(matrix.frameCount, 1))) }
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

/// How a baseline's values are compared, with what is learned from the tracks themselves.
public struct BaselineSpace: Sendable {
  private enum Kind: Sendable {
    case asItIs
    case standardised(Standardisation, parts: [Range<Int>])
    case principal(PrincipalComponents)
    case gaussian(isMutual: Bool)
  }

  private let kind: Kind

  /// The most principal components kept.
  public static let componentCount = 256

  /// Learns from the unchanged tracks. No label is looked at.
  /// - Parameter rows: the baseline's values of each track.
  /// - Returns: nil where a baseline does not fit: more than ``Baseline/mostTracks``, or principal
  ///   components of tracks that do not differ.
  public init?(_ baseline: Baseline, rows: [[Float]]) {
    guard let first = rows.first, rows.count <= baseline.mostTracks else { return nil }
    switch baseline {
    case .random: kind = .asItIs
    case .melStatistics, .cepstrumStatistics:
      kind = .standardised(Standardisation(rows), parts: [first.indices])
    case .gaussian: kind = .gaussian(isMutual: false)
    case .mutualGaussian: kind = .gaussian(isMutual: true)
    case .melImage:
      guard let components = PrincipalComponents(rows, count: Self.componentCount) else {
        return nil
      }
      kind = .principal(components)
    }
  }

  /// Standardises values over the unchanged tracks, and compares them by the mean of the cosines of
  /// their parts.
  /// - Parameters:
  ///   - rows: the values of each track, as many of each.
  ///   - parts: one behind the other; none for the whole.
  /// - Returns: nil where there is no track.
  public init?(standardising rows: [[Float]], parts: [Range<Int>]) {
    guard let first = rows.first else { return nil }
    kind = .standardised(Standardisation(rows), parts: parts.isEmpty ? [first.indices] : parts)
  }

  /// Prepares values of the baseline to be compared with: by cosine, but for the normal
  /// distributions.
  public func gallery(_ candidates: [[Float]]) -> Gallery {
    guard case .gaussian(let isMutual) = kind else { return Gallery(candidates, in: self) }
    return Gallery(gaussian: candidates, isMutual: isMutual)
  }

  func vector(of values: [Float]) -> [Float] {
    switch kind {
    case .asItIs, .gaussian: values
    case .standardised(let standardisation, let parts):
      parts.flatMap { part in
        let part = standardisation.values(values, part)
        // Parts count alike; a single one is brought to length 1 by the cosine.
        guard parts.count > 1 else { return part.map { Float($0) } }
        let length = part.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return part.map { Float($0 / max(length, 1e-12)) }
      }
    case .principal(let components): components.project(values)
    }
  }
}

/// What brings each place of rows to mean 0 and deviation 1.
private struct Standardisation: Sendable {
  private var mean: [Double]
  private var scale: [Double]

  init(_ rows: [[Float]]) {
    mean = [Double](repeating: 0, count: rows[0].count)
    for row in rows { for (place, value) in row.enumerated() { mean[place] += Double(value) } }
    for place in mean.indices { mean[place] /= Double(rows.count) }
    var squares = [Double](repeating: 0, count: mean.count)
    for row in rows {
      for (place, value) in row.enumerated() {
        squares[place] += (Double(value) - mean[place]) * (Double(value) - mean[place])
      }
    }
    scale = squares.map { square in
      let deviation = (square / Double(rows.count)).squareRoot()
      // What never changes says nothing.
      return deviation > 1e-9 ? 1 / deviation : 0
    }
  }

  /// A part of a row.
  func values(_ row: [Float], _ part: Range<Int>) -> [Double] {
    part.map { (Double(row[$0]) - mean[$0]) * scale[$0] }
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
    // Beside what the rows have in common, what rounding leaves of no difference is nothing.
    guard let eigen = try? SymmetricEigen(of: products, order: rows.count),
      eigen.values[0] > 1e-9 * Double(dot(mean, mean)) * Double(rows.count)
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

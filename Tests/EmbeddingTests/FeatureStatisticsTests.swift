import LinearAlgebra
import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding

#if canImport(Glibc)
  import Glibc
#endif

/// Values that lean on each other from bin to bin, so that covariances are not diagonal.
func correlatedMatrix(frames: Int, bins: Int, seed: UInt64) -> FeatureMatrix {
  var random = SplitMix64(seed: seed)
  var values: [Float] = []
  for _ in 0..<frames {
    var carried: Float = 0
    for bin in 0..<bins {
      carried = 0.6 * carried + Float.random(in: -1...1, using: &random) * Float(bin + 1)
      values.append(carried + Float(10 * bin))
    }
  }
  return FeatureMatrix(frameCount: frames, binCount: bins, values: values)
}

@Suite("Statistics of columns")
struct ColumnStatisticsTests {
  @Test("they are those of the plain definition", arguments: [1, 2, 3, 100])
  func definition(_ frames: Int) {
    let matrix = correlatedMatrix(frames: frames, bins: 5, seed: UInt64(frames))
    let statistics = ColumnStatistics(matrix)
    for bin in 0..<5 {
      let column = (0..<frames).map { Double(matrix[$0, bin]) }
      let steps = zip(column.dropFirst(), column).map { $0 - $1 }
      let (mean, deviation) = Self.moments(column)
      #expect(abs(Double(statistics.mean[bin]) - mean) < 1e-4)
      #expect(abs(Double(statistics.deviation[bin]) - deviation) < 1e-4)
      #expect(abs(Double(statistics.stepDeviation[bin]) - Self.moments(steps).deviation) < 1e-4)
    }
  }

  @Test("what never changes deviates by nothing, and what climbs evenly has steps that do not")
  func nothing() {
    let constant = ColumnStatistics(FeatureMatrix(frameCount: 50, binCount: 2, repeating: -7.5))
    #expect(constant.mean == [-7.5, -7.5])
    #expect(constant.deviation == [0, 0])
    #expect(constant.stepDeviation == [0, 0])
    let ramp = ColumnStatistics(
      FeatureMatrix(frameCount: 5, binCount: 1, values: [0, 2, 4, 6, 8]))
    #expect((ramp.mean, ramp.stepDeviation) == ([4], [0]))
    #expect(ramp.deviation == [Float(8).squareRoot()])
  }

  @Test("one frame, and none at all, give numbers")
  func few() {
    let one = ColumnStatistics(FeatureMatrix(frameCount: 1, binCount: 2, values: [3, -4]))
    #expect(one.mean == [3, -4])
    #expect(one.deviation == [0, 0])
    #expect(one.stepDeviation == [0, 0])
    let none = ColumnStatistics(FeatureMatrix(frameCount: 0, binCount: 2))
    #expect(none.mean == [0, 0])
    #expect(none.deviation == [0, 0])
    #expect(none.stepDeviation == [0, 0])
  }

  private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    guard !values.isEmpty else { return (0, 0) }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot())
  }
}

@Suite("Functions of symmetric matrices agree with LAPACK")
struct SymmetricFunctionTests {
  /// B · Bᵀ / order + shift: symmetric, and positive definite for a positive shift.
  private func matrix(order: Int, seed: UInt64, shift: Double) -> [Double] {
    var random = SplitMix64(seed: seed)
    let factor = (0..<order * order).map { _ in Double.random(in: -1...1, using: &random) }
    return (0..<order * order).map { place in
      let (row, column) = (place / order, place % order)
      let sum = (0..<order).reduce(0.0) {
        $0 + factor[row * order + $1] * factor[column * order + $1]
      }
      return sum / Double(order) + (row == column ? shift : 0)
    }
  }

  private func largestDifference(_ left: [Double], _ right: [Double]) -> Double {
    precondition(left.count == right.count, "\(left.count) against \(right.count)")
    return zip(left, right).map { abs($0 - $1) }.max() ?? 0
  }

  @Test("the logarithm", arguments: [1, 2, 3, 7, 20, 33])
  func logarithm(_ order: Int) throws {
    let matrix = matrix(order: order, seed: UInt64(order), shift: 1)
    let expected = try SymmetricEigen(of: matrix, order: order).applying { log($0) }
    let found = SymmetricFunction.apply(to: matrix, order: order) { log($0) }
    #expect(largestDifference(found, expected) < 1e-11)
  }

  @Test("eigenvalues of very different sizes, negative ones, equal ones")
  func spectra() throws {
    var wide = matrix(order: 6, seed: 3, shift: 0)
    for row in 0..<6 {
      for column in 0..<6 { wide[row * 6 + column] *= Self.tenth(row) * Self.tenth(column) }
    }
    let indefinite = matrix(order: 6, seed: 4, shift: -0.4)
    var equal = [Double](repeating: 1, count: 25)
    for place in 0..<5 { equal[place * 6] = 3 }
    for (values, order) in [(wide, 6), (indefinite, 6), (equal, 5)] {
      let expected = try SymmetricEigen(of: values, order: order).applying { 1 / (2 + $0) }
      let found = SymmetricFunction.apply(to: values, order: order) { 1 / (2 + $0) }
      #expect(largestDifference(found, expected) < 1e-12)
    }
  }

  @Test("the square is the matrix times itself, and the identity gives the matrix back")
  func square() {
    let order = 12
    let matrix = matrix(order: order, seed: 5, shift: -0.2)
    let product = (0..<order * order).map { place in
      (0..<order).reduce(0.0) {
        $0 + matrix[place / order * order + $1] * matrix[$1 * order + place % order]
      }
    }
    let squared = SymmetricFunction.apply(to: matrix, order: order) { $0 * $0 }
    #expect(largestDifference(squared, product) < 1e-13)
    #expect(
      largestDifference(SymmetricFunction.apply(to: matrix, order: order) { $0 }, matrix) < 1e-13)
  }

  @Test("diagonal and zero matrices need no rotation; only the lower triangle is read")
  func exact() {
    let diagonal: [Double] = [2, 0, 0, 0, -3, 0, 0, 0, 5]
    #expect(
      SymmetricFunction.apply(to: diagonal, order: 3) { $0 + 1 } == [3, 0, 0, 0, -2, 0, 0, 0, 6])
    #expect(
      SymmetricFunction.apply(to: [0, 0, 0, 0], order: 2) { $0 } == [0, 0, 0, 0])
    let lower: [Double] = [1, .nan, 0.5, 2]
    let both: [Double] = [1, 0.5, 0.5, 2]
    #expect(
      SymmetricFunction.apply(to: lower, order: 2) { $0 * $0 }
        == SymmetricFunction.apply(to: both, order: 2) { $0 * $0 })
  }

  private static func tenth(_ power: Int) -> Double { pow(0.1, Double(power)) }
}

@Suite("The log-covariance")
struct LogCovarianceTests {
  @Test("it is the triangle of the logarithm of covariance and floor", arguments: [2, 8, 20])
  func definition(_ bins: Int) throws {
    let frames = 300
    let matrix = correlatedMatrix(frames: frames, bins: bins, seed: UInt64(bins))
    let columns = (0..<bins).map { bin in (0..<frames).map { Double(matrix[$0, bin]) } }
    let means = columns.map { $0.reduce(0, +) / Double(frames) }
    var covariance = [Double](repeating: 0, count: bins * bins)
    for row in 0..<bins {
      for column in 0..<bins {
        let products = zip(columns[row], columns[column]).map {
          ($0 - means[row]) * ($1 - means[column])
        }
        covariance[row * bins + column] = products.reduce(0, +) / Double(frames)
        if row == column { covariance[row * bins + column] += 1 }
      }
    }
    let logarithm = try SymmetricEigen(of: covariance, order: bins).applying { log($0) }
    let triangle = FeatureStatistics.logCovariance(of: matrix, mean: means.map(Float.init))
    try #require(triangle.count == bins * (bins + 1) / 2)
    var place = 0
    for row in 0..<bins {
      for column in 0...row {
        let weight = row == column ? 1 : 2.0.squareRoot()
        #expect(abs(Double(triangle[place]) - weight * logarithm[row * bins + column]) < 1e-4)
        place += 1
      }
    }
    // Lengths are those of the whole matrix.
    let whole = logarithm.reduce(0) { $0 + $1 * $1 }
    let part = triangle.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(whole - part) < 1e-4 * whole)
  }

  @Test("what does not move has the floor alone, whose logarithm is zero")
  func still() {
    let matrix = FeatureMatrix(frameCount: 40, binCount: 4, repeating: 12)
    let triangle = FeatureStatistics.logCovariance(of: matrix, mean: [12, 12, 12, 12])
    #expect(triangle == [Float](repeating: 0, count: 10))
  }

  @Test("one frame, and values that are one another's multiples, give finite numbers")
  func degenerate() {
    let one = FeatureMatrix(frameCount: 1, binCount: 3, values: [1, 2, 3])
    #expect(FeatureStatistics.logCovariance(of: one, mean: [1, 2, 3]).allSatisfy { $0 == 0 })
    let values = (0..<200).flatMap { frame in
      let value = Float(frame % 7) * 100
      return [value, -2 * value, value / 3]
    }
    let matrix = FeatureMatrix(frameCount: 200, binCount: 3, values: values)
    let mean = ColumnStatistics(matrix).mean
    #expect(FeatureStatistics.logCovariance(of: matrix, mean: mean).allSatisfy { $0.isFinite })
  }
}

@Suite("The vector of statistics")
struct FeatureStatisticsTests {
  @Test("its parts add up and hold what they say, in their order")
  func parts() throws {
    var settings = Models.settings
    settings.melBandCount = 16
    settings.mfccCount = 5
    var random = SplitMix64(seed: 8)
    let samples = (0..<16_000).map {
      Float($0 % 50) / 100 + Float.random(in: -0.1...0.1, using: &random)
    }
    let features = SpectralAnalyzer(settings: settings, contents: FeatureStatistics.contents)
      .analyze(samples)
    let vector = FeatureStatistics.vector(of: features)
    let parts = FeatureStatistics.parts(settings: settings)
    #expect(vector.count == parts.reduce(0) { $0 + $1.count })
    #expect(vector.allSatisfy { $0.isFinite })
    var stretches: [String: [Float]] = [:]
    var place = 0
    for part in parts {
      stretches[part.name] = Array(vector[place..<(place + part.count)])
      place += part.count
    }
    #expect(stretches.count == parts.count, "no name twice")
    let mel = ColumnStatistics(try #require(features.melDecibels))
    #expect(stretches["mel mean"] == mel.mean)
    #expect(stretches["mel deviation"] == mel.deviation)
    #expect(stretches["mel step deviation"] == mel.stepDeviation)
    let cepstrum = try #require(features.mfcc)
    let mean = ColumnStatistics(cepstrum).mean
    #expect(stretches["mfcc mean"] == mean)
    #expect(
      stretches["mfcc log-covariance"]
        == FeatureStatistics.logCovariance(of: cepstrum, mean: mean))
    for (name, matrix) in [
      ("chroma", features.chroma), ("tonnetz", features.tonnetz), ("contrast", features.contrast),
    ] {
      let statistics = ColumnStatistics(try #require(matrix))
      #expect(stretches["\(name) mean"] == statistics.mean)
      #expect(stretches["\(name) deviation"] == statistics.deviation)
    }
  }

  @Test("the shipped settings give 664 statistics")
  func count() {
    let parts = FeatureStatistics.parts(settings: SpectrogramSettings())
    #expect(parts.reduce(0) { $0 + $1.count } == 664)
  }
}

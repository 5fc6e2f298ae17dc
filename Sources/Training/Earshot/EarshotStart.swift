internal import CVectorKernels
internal import Embedding
internal import LinearAlgebra
internal import SpectralFeatures

/// What of the model `earshot` follows from the statistics of its music alone, before any network is
/// trained: the projection of each half, and the scales of the profiles.
///
/// The statistics of a half are standardised and weighted; of their principal axes the first 256 are
/// kept; the covariance within tracks, of parts and changed copies, is taken out of them by half
/// (its inverse root's root); of what is left the 128 principal axes remain, each divided by the square
/// root of its deviation.
struct EarshotStart {
  let projections: [EarshotHalf: StatisticsProjection]
  let profileMean: [Float]
  let profileDeviation: [Float]

  /// Principal axes in which the covariance within tracks is measured.
  static let axisCount = 256
  /// The share of the mean variance of an axis that is added to the covariance within tracks.
  static let withinFloor = 0.1

  /// Reads all windows of the tracks twice.
  /// - Parameter report: called with the share that is done; false stops.
  /// - Returns: nil when told to stop.
  /// - Throws: `tooMuchAlike` where the windows differ in less than 128 directions, `cache`.
  init?(
    _ tracks: WindowTracks, members: [Int], report: (Double) -> Bool
  ) throws(NetworkTrainingError) {
    let settings = WindowCache.settings
    var moments = RunningMoments()
    let rows = { (number: Int) throws(NetworkTrainingError) -> [[Float]] in
      var rows: [[Float]] = []
      for window in tracks.tracks[number].contents.windows.indices {
        do throws(FeatureCacheError) {
          rows.append(try tracks.statistics(window, of: number))
        } catch {
          throw NetworkTrainingError(error)
        }
      }
      return rows
    }
    for (done, number) in members.enumerated() {
      for row in try rows(number) { moments.add(row) }
      guard report(0.2 * Double(done) / Double(members.count)) else { return nil }
    }
    var spreads = EarshotHalf.allCases.map { TrackSpread($0, moments, settings) }
    for (done, number) in members.enumerated() {
      let rows = try rows(number)
      for place in spreads.indices { spreads[place].add(rows) }
      guard report(0.2 + 0.5 * Double(done) / Double(members.count)) else { return nil }
    }
    var projections: [EarshotHalf: StatisticsProjection] = [:]
    for (place, spread) in spreads.enumerated() {
      projections[spread.half] = try spread.projection()
      guard report(0.7 + 0.15 * Double(place + 1)) else { return nil }
    }
    self.projections = projections
    var mean: [Float] = []
    var deviation: [Float] = []
    for part in EarshotHalf.profiles {
      let range = EarshotInput.range(of: part, settings)
      let count = Double(range.count)
      let middle = moments.mean[range].reduce(0, +) / count
      // Over windows and bands: the mean variance of the bands, and the variance of their means.
      let square = range.reduce(0.0) {
        let away = moments.mean[$1] - middle
        return $0 + moments.deviation[$1] * moments.deviation[$1] + away * away
      }
      mean.append(Float(middle))
      deviation.append(max(1e-6, Float((square / count).squareRoot())))
    }
    (profileMean, profileDeviation) = (mean, deviation)
  }
}

/// How the standardised statistics of a half differ within tracks and between them.
private struct TrackSpread {
  let half: EarshotHalf
  private let ranges: [Range<Int>]
  private let mean: [Float]
  private let scale: [Float]
  private var within: [Double]
  private var between: [Double]
  private var windowCount = 0
  private var freedom = 0
  private var order: Int { mean.count }

  init(_ half: EarshotHalf, _ moments: RunningMoments, _ settings: SpectrogramSettings) {
    self.half = half
    ranges = half.parts.map { EarshotInput.range(of: $0.part, settings) }
    mean = ranges.flatMap { moments.mean[$0].map(Float.init) }
    scale = zip(half.parts, ranges).flatMap { part, range in
      range.map { place in
        // A statistic that never changes says nothing.
        moments.deviation[place] > 1e-9
          ? Float(part.weight / (moments.deviation[place] * Double(range.count).squareRoot())) : 0
      }
    }
    within = [Double](repeating: 0, count: mean.count * mean.count)
    between = within
  }

  /// Adds all windows of a track.
  mutating func add(_ rows: [[Float]]) {
    guard !rows.isEmpty else { return }
    var matrix: [Float] = []
    matrix.reserveCapacity(rows.count * order)
    for row in rows {
      let chosen = ranges.flatMap { row[$0] }
      for place in chosen.indices { matrix.append((chosen[place] - mean[place]) * scale[place]) }
    }
    var middle = [Float](repeating: 0, count: order)
    for row in rows.indices {
      for place in 0..<order { middle[place] += matrix[row * order + place] }
    }
    for place in middle.indices { middle[place] /= Float(rows.count) }
    cvk_add_spread(matrix, rows.count, order, middle, &within, &between)
    windowCount += rows.count
    freedom += rows.count - 1
  }

  func projection() throws(NetworkTrainingError) -> StatisticsProjection {
    guard windowCount > EarshotStart.axisCount, freedom > 0,
      let matrix = (try? directions()) ?? nil
    else { throw NetworkTrainingError(code: .tooMuchAlike, path: nil) }
    return StatisticsProjection(mean: mean, scale: scale, matrix: matrix)
  }

  /// 128 x statistics; nil where the windows do not differ in as many directions.
  private func directions() throws(LinearAlgebraError) -> [Float]? {
    let axisCount = EarshotStart.axisCount
    let count = Double(windowCount)
    let total = zip(within, between).map { ($0 + $1) / count }
    let axes = try SymmetricEigen(of: total, order: order)
    let basis = Array(axes.vectors[..<(axisCount * order)])
    // Axes are rows: axisCount x order.
    var inner = MatrixProduct.congruence(basis, rows: axisCount, within, order: order)
    for place in inner.indices { inner[place] /= Double(freedom) }
    let floor =
      EarshotStart.withinFloor * axes.values[..<axisCount].reduce(0, +)
      / Double(axisCount)
    for axis in 0..<axisCount { inner[axis * axisCount + axis] += floor }
    let whitener = try SymmetricEigen(of: inner, order: axisCount).applying {
      1 / max($0, 1e-9).squareRoot().squareRoot()
    }
    let turned = MatrixProduct.multiply(
      whitener, rows: axisCount, inner: axisCount, basis, columns: order)
    let spread = try SymmetricEigen(
      of: MatrixProduct.congruence(turned, rows: axisCount, total, order: order),
      order: axisCount)
    let dimension = EarshotHalf.dimension
    // What rounding leaves of a direction without variance would be blown up as large as music.
    guard spread.values[dimension - 1] > 1e-10 * spread.values[0] else { return nil }
    var directions = Array(spread.vectors[..<(dimension * axisCount)])
    for row in 0..<dimension {
      let factor = 1 / spread.values[row].squareRoot().squareRoot()
      for place in 0..<axisCount { directions[row * axisCount + place] *= factor }
    }
    let matrix = MatrixProduct.multiply(
      directions, rows: dimension, inner: axisCount, turned, columns: order)
    return matrix.map(Float.init)
  }
}

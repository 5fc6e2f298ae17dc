internal import Embedding
internal import LinearAlgebra

/// Gathers what the map of a half is made of: how windows differ within their tracks. Nothing of the
/// windows themselves is kept.
struct EarshotMap {
  /// The share of the mean variance of an axis that is added to the covariance within tracks.
  static let floor = 0.5
  /// The power of the inverse covariance within tracks that a map is.
  static let power = 1.05

  private let order: Int
  private var sum: [Double]
  private var scatter: [Double]
  private var count = 0
  private var freedom = 0

  /// - Parameter order: the numbers of a row.
  init(order: Int = EarshotHalf.dimension) {
    self.order = order
    sum = [Double](repeating: 0, count: order)
    scatter = [Double](repeating: 0, count: order * order)
  }

  /// Adds all rows of a track.
  mutating func add(_ rows: [[Float]]) {
    var mean = [Double](repeating: 0, count: order)
    for row in rows { for place in 0..<order { mean[place] += Double(row[place]) } }
    for place in 0..<order {
      sum[place] += mean[place]
      mean[place] /= Double(max(1, rows.count))
    }
    for row in rows {
      let away = row.indices.map { Double(row[$0]) - mean[$0] }
      for first in 0..<order {
        for second in 0..<order { scatter[first * order + second] += away[first] * away[second] }
      }
    }
    count += rows.count
    freedom += max(0, rows.count - 1)
  }

  /// The mean of all rows, and the map, order x order, that takes what differs within tracks out of
  /// them.
  var finished: (centre: [Float], map: [Float]) {
    let centre = sum.map { Float($0 / Double(max(1, count))) }
    var within = scatter.map { $0 / Double(max(1, freedom)) }
    let trace = (0..<order).reduce(0) { $0 + within[$1 * order + $1] }
    // Tracks of one window each tell nothing of what differs within them.
    guard trace > 0 else {
      return (centre, (0..<(order * order)).map { $0 % (order + 1) == 0 ? 1 : 0 })
    }
    for place in 0..<order { within[place * order + place] += Self.floor * trace / Double(order) }
    let whole = trace * (1 + Self.floor) / Double(order)
    guard let eigen = try? SymmetricEigen(of: within, order: order) else {
      preconditionFailure("a covariance of unit vectors without a decomposition")
    }
    // Its size does not matter for the direction of a vector; this one keeps numbers near 1.
    let map = eigen.applying { Training.power(whole / $0, Self.power) }
    return (centre, map.map(Float.init))
  }
}

/// Changes the number of frames or bins of a matrix as `skimage.transform.resize` does with order
/// 1, mode "reflect" and anti-aliasing: a Gaussian blur where there will be fewer, then linear
/// interpolation between centres of pixels. Edges are mirrored without repeating the last value.
struct AxisResize {
  /// For each new place, the old places and their weights.
  private let taps: [(places: [Int], weights: [Float])]

  init(from oldCount: Int, to newCount: Int) {
    precondition(oldCount >= 1 && newCount >= 1, "resizing \(oldCount) to \(newCount)")
    let factor = Double(oldCount) / Double(newCount)
    let blur = Self.gaussian(sigma: max(0, (factor - 1) / 2))
    let radius = blur.count / 2
    taps = (0..<newCount).map { place in
      let position = Self.mirrored((Double(place) + 0.5) * factor - 0.5, oldCount)
      let low = Int(position.rounded(.down))
      let share = position - Double(low)
      var weights: [Int: Double] = [:]
      for (offset, weight) in blur.enumerated() {
        let distance = offset - radius
        weights[Self.mirrored(low + distance, oldCount), default: 0] += (1 - share) * weight
        if share > 0 {
          // A neighbour beyond the end is the mirrored one.
          let next = Self.mirrored(low + 1, oldCount)
          weights[Self.mirrored(next + distance, oldCount), default: 0] += share * weight
        }
      }
      let ordered = weights.sorted { $0.key < $1.key }
      return (ordered.map(\.key), ordered.map { Float($0.value) })
    }
  }

  /// New frames from old ones.
  func frames(of matrix: FeatureMatrix) -> FeatureMatrix {
    let bins = matrix.binCount
    var result = FeatureMatrix(frameCount: taps.count, binCount: bins)
    result.values.withUnsafeMutableBufferPointer { result in
      matrix.values.withUnsafeBufferPointer { values in
        for (frame, tap) in taps.enumerated() {
          for (place, weight) in zip(tap.places, tap.weights) {
            for bin in 0..<bins {
              result[frame * bins + bin] += weight * values[place * bins + bin]
            }
          }
        }
      }
    }
    return result
  }

  /// New bins from old ones.
  func bins(of matrix: FeatureMatrix) -> FeatureMatrix {
    frames(of: matrix.transposed()).transposed()
  }

  /// Weights that sum to 1, four deviations to each side.
  private static func gaussian(sigma: Double) -> [Double] {
    guard sigma > 1e-15 else { return [1] }
    let radius = Int(4 * sigma + 0.5)
    let weights = (-radius...radius).map {
      exponential(-0.5 * Double($0 * $0) / (sigma * sigma))
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private static func mirrored(_ place: Int, _ count: Int) -> Int {
    guard count > 1 else { return 0 }
    let period = 2 * (count - 1)
    let inside = ((place % period) + period) % period
    return inside < count ? inside : period - inside
  }

  private static func mirrored(_ position: Double, _ count: Int) -> Double {
    guard count > 1 else { return 0 }
    let last = Double(count - 1)
    return position < 0 ? -position : position > last ? 2 * last - position : position
  }
}

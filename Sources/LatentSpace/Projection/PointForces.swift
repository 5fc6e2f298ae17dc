internal import CVectorKernels

/// The forces between the points of a t-SNE map.
///
/// Unchecked: each thread writes only what belongs to its own points.
final class PointForces: @unchecked Sendable {
  private let affinities: PerplexityAffinities
  private let count: Int
  private let dimensions: Int
  private let angle: Float
  private let parts: [Range<Int>]
  private let tree: PointTree
  private let pushes: UnsafeMutableBufferPointer<Float>
  private let pulls: UnsafeMutableBufferPointer<Float>
  private let positions: UnsafeMutableBufferPointer<Float>
  private let sums: UnsafeMutableBufferPointer<Double>

  init(
    _ affinities: PerplexityAffinities, count: Int, dimensions: Int, angle: Float,
    pointsAtOnce: Int
  ) {
    self.affinities = affinities
    self.count = count
    self.dimensions = dimensions
    self.angle = angle
    parts = RowBlocks.ranges(of: count, length: pointsAtOnce)
    tree = PointTree(count: count, dimensions: dimensions)
    (pushes, pulls, positions) = (
      .allocate(capacity: count * dimensions), .allocate(capacity: count * dimensions),
      .allocate(capacity: count * dimensions)
    )
    sums = .allocate(capacity: count)
  }

  deinit {
    for memory in [pushes, pulls, positions] { memory.deallocate() }
    sums.deallocate()
  }

  /// The gradient of the divergence that t-SNE makes small, count × dimensions.
  func gradient(at places: [Float], exaggeration: Float) -> [Float] {
    _ = positions.update(fromContentsOf: places)
    tree.plant(places)
    _ = RowBlocks.map(parts.count) { number in self.addUp(self.parts[number]) }
    // Pairs are counted from both ends.
    let total = sums.reduce(0, +)
    let scale = Float(1 / max(total, .leastNormalMagnitude))
    var gradient = [Float](repeating: 0, count: count * dimensions)
    for (place, point) in tree.order.enumerated() {
      for axis in 0..<dimensions {
        let own = Int(point) * dimensions + axis
        gradient[own] =
          4 * (exaggeration * pulls[own] - scale * pushes[place * dimensions + axis])
      }
    }
    return gradient
  }

  private func addUp(_ points: Range<Int>) {
    tree.pushOwn(points, angle: angle, forces: pushes, sums: sums)
    guard let pulls = pulls.baseAddress, let positions = positions.baseAddress else { return }
    affinities.starts.withUnsafeBufferPointer { starts in
      affinities.targets.withUnsafeBufferPointer { targets in
        affinities.weights.withUnsafeBufferPointer { weights in
          guard let starts = starts.baseAddress, let targets = targets.baseAddress,
            let weights = weights.baseAddress
          else { return }
          cvk_pull_of_neighbours(
            starts, targets, weights, positions, dimensions, points.lowerBound,
            points.upperBound, pulls)
        }
      }
    }
  }
}

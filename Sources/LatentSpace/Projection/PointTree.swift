internal import CVectorKernels

/// Points in cells within cells, so that many far ones can be taken as one (Barnes and Hut 1986).
///
/// Unchecked: several threads may read it while nobody plants it anew.
final class PointTree: @unchecked Sendable {
  let dimensions: Int
  /// The numbers of the points as they lie in the tree.
  private(set) var order: [UInt32]
  private var codes: [UInt32]
  private var room: [UInt32]
  private let nodes: UnsafeMutableBufferPointer<cvk_tree_node>
  private let sorted: UnsafeMutableBufferPointer<Float>
  private var nodeCount = 0

  /// Makes room for so many points, in 2 or 3 dimensions.
  init(count: Int, dimensions: Int) {
    self.dimensions = dimensions
    order = [UInt32](repeating: 0, count: count)
    codes = order
    room = [UInt32](repeating: 0, count: 2 * count)
    nodes = .allocate(capacity: max(1, 2 * count))
    sorted = .allocate(capacity: max(1, count * dimensions))
  }

  deinit {
    nodes.deallocate()
    sorted.deallocate()
  }

  /// Puts the points in their cells.
  /// - Parameter places: order.count × dimensions, row-major.
  func plant(_ places: [Float]) {
    precondition(places.count == order.count * dimensions, "\(places.count) numbers of a tree")
    var lowest = [Float](repeating: 0, count: 3)
    var width: Float = 0
    for axis in 0..<dimensions {
      var (low, high) = (Float.infinity, -Float.infinity)
      for place in stride(from: axis, to: places.count, by: dimensions) {
        low = min(low, places[place])
        high = max(high, places[place])
      }
      lowest[axis] = low
      width = max(width, high - low)
    }
    cvk_tree_sort(places, order.count, dimensions, lowest, width, &order, &codes, &room)
    for (place, point) in order.enumerated() {
      for axis in 0..<dimensions {
        sorted[place * dimensions + axis] = places[Int(point) * dimensions + axis]
      }
    }
    guard let nodes = nodes.baseAddress, let sorted = sorted.baseAddress else { return }
    nodeCount = cvk_tree_build(nodes, sorted, codes, order.count, dimensions, width)
  }

  /// What pushes some of its own points, in their order there: Σ q² (y - y') over all others, and Σ q.
  func pushOwn(
    _ points: Range<Int>, angle: Float, forces: UnsafeMutableBufferPointer<Float>,
    sums: UnsafeMutableBufferPointer<Double>
  ) {
    guard let sorted = sorted.baseAddress else { return }
    push(sorted, isSame: true, points, angle: angle, forces, sums)
  }

  /// What pushes other points.
  /// - Parameter places: of these, row-major.
  /// - Returns: the forces, as many as numbers in `places`, and a sum for each point.
  func push(_ places: [Float], angle: Float) -> (forces: [Float], sums: [Double]) {
    let count = places.count / dimensions
    var forces = [Float](repeating: 0, count: places.count)
    var sums = [Double](repeating: 0, count: count)
    places.withUnsafeBufferPointer { places in
      forces.withUnsafeMutableBufferPointer { forces in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let places = places.baseAddress else { return }
          push(places, isSame: false, 0..<count, angle: angle, forces, sums)
        }
      }
    }
    return (forces, sums)
  }

  private func push(
    _ places: UnsafePointer<Float>, isSame: Bool, _ points: Range<Int>, angle: Float,
    _ forces: UnsafeMutableBufferPointer<Float>, _ sums: UnsafeMutableBufferPointer<Double>
  ) {
    guard let nodes = nodes.baseAddress, let sorted = sorted.baseAddress,
      let forces = forces.baseAddress, let sums = sums.baseAddress
    else { return }
    cvk_tree_push(
      nodes, nodeCount, sorted, places, isSame ? 1 : 0, dimensions, points.lowerBound,
      points.upperBound, angle * angle, forces, sums)
  }
}

/// Places for new vectors on a map that stays as it is. Each is looked for by itself, so it does not matter
/// which others are new. Settings are openTSNE's defaults for it.
extension TSNE {
  /// Softly counted neighbours of a new vector.
  private static let placingPerplexity = 5.0
  private static let placingIterations = 250
  private static let placingExaggeration: Float = 1.5
  private static let placingRate: Float = 0.025
  private static let longestGradient: Float = 1

  /// How many neighbours on the map a new vector needs.
  public static var placingNeighbourCount: Int {
    PerplexityAffinities.neighbourCount(perplexity: placingPerplexity)
  }

  /// Finds places for new vectors on a map without moving what is there.
  /// - Parameters:
  ///   - graph: the nearest of the vectors on the map, ``placingNeighbourCount`` for each new one where
  ///     there are so many.
  ///   - map: the positions of those, row-major.
  /// - Returns: graph.count × ``dimensions`` positions.
  public func place(_ graph: NeighbourGraph, on map: [Float]) -> [Float] {
    precondition(map.count.isMultiple(of: dimensions), "\(map.count) numbers of a map")
    let tree = PointTree(count: map.count / dimensions, dimensions: dimensions)
    tree.plant(map)
    let parts = RowBlocks.ranges(of: graph.count, length: 64)
    let settings = self
    return RowBlocks.map(parts.count) { number in
      settings.place(parts[number], graph, on: map, tree)
    }.flatMap(\.self)
  }

  private func place(
    _ rows: Range<Int>, _ graph: NeighbourGraph, on map: [Float], _ tree: PointTree
  ) -> [Float] {
    let count = graph.neighbourCount
    let perplexity = min(Self.placingPerplexity, Double(count) / 3)
    let shares = rows.map { row in
      let distances = graph.distances[(row * count)..<((row + 1) * count)]
      return perplexity > 1
        ? PerplexityAffinities.shares(distances, perplexity: perplexity)
        : [Float](repeating: 1 / Float(count), count: count)
    }
    var positions = rows.flatMap { row in
      middle(of: graph.neighbours[(row * count)..<((row + 1) * count)], on: map)
    }
    guard perplexity > 1 else { return positions }
    var moves = [Float](repeating: 0, count: positions.count)
    var gains = [Float](repeating: 1, count: positions.count)
    for _ in 0..<Self.placingIterations {
      let (forces, sums) = tree.push(positions, angle: Float(angle))
      for place in 0..<rows.count {
        var gradient = [Float](repeating: 0, count: dimensions)
        for (neighbour, share) in zip(0..<count, shares[place]) {
          let other = Int(graph.neighbours[(rows.lowerBound + place) * count + neighbour])
          var square: Float = 0
          for axis in 0..<dimensions {
            let step = positions[place * dimensions + axis] - map[other * dimensions + axis]
            square += step * step
          }
          let pull = Self.placingExaggeration * share / (1 + square)
          for axis in 0..<dimensions {
            gradient[axis] +=
              pull * (positions[place * dimensions + axis] - map[other * dimensions + axis])
          }
        }
        let scale = Float(1 / max(sums[place], .leastNormalMagnitude))
        for axis in 0..<dimensions {
          gradient[axis] = 4 * (gradient[axis] - scale * forces[place * dimensions + axis])
        }
        let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let limit = length > Self.longestGradient ? Self.longestGradient / length : 1
        for axis in 0..<dimensions {
          let own = place * dimensions + axis
          step(&positions[own], &moves[own], &gains[own], limit * gradient[axis], Self.placingRate)
        }
      }
    }
    return positions
  }

  /// The median of some places, axis by axis.
  private func middle(of points: ArraySlice<Int32>, on map: [Float]) -> [Float] {
    (0..<dimensions).map { axis in
      let values = points.map { map[Int($0) * dimensions + axis] }.sorted()
      return values.isEmpty ? 0 : values[values.count / 2]
    }
  }
}

internal import CVectorKernels

/// Uniform manifold approximation and projection (McInnes, Healy and Melville 2018): a map on which
/// neighbours stay neighbours. Settings have the names and defaults of umap-learn.
///
/// The same vectors and settings give the same map on the same machine, however many threads there are: all
/// vectors of an epoch are moved by where the others were before it.
public struct UMAP: Equatable, Sendable {
  /// How many neighbours of each vector are kept near it, 2 or more, the vector itself counted.
  public var neighbours = 15
  /// How close points may lie, from 0 to ``spread``.
  public var minimumDistance = 0.1
  /// How far apart points lie on the whole.
  public var spread = 1.0
  /// How often all are moved; nil for 500, or 200 of more than 10,000 vectors.
  public var epochCount: Int?
  /// How far forces move points at first.
  public var learningRate = 1.0
  /// How many strangers push for each neighbour that pulls.
  public var negativeSampleRate = 5
  /// The number of dimensions of the map, 2 or 3.
  public var dimensions = 2
  /// Where chance begins.
  public var seed: UInt64 = 0

  /// Makes settings of the defaults.
  public init() {}

  /// How often so many vectors are moved.
  public func epochCount(for count: Int) -> Int {
    epochCount ?? (count <= Self.smallCount ? 500 : 200)
  }

  /// How many others of each vector are needed.
  public var neighbourCount: Int { max(1, neighbours - 1) }

  /// Of a new vector the layout is looked for with a third of the epochs, as umap-learn does.
  private static let transformShare = 3
  /// Its forces move it that much less far, as there.
  private static let transformCalm = 4.0
  private static let smallCount = 10_000

  /// Lays out a map.
  /// - Parameters:
  ///   - graph: the nearest neighbours of the vectors.
  ///   - start: where they are at first, graph.count × ``dimensions``: their principal components are a
  ///     good choice. It is scaled so that each axis reaches from -5 to 5.
  ///   - progress: told after each epoch how many are done.
  /// - Returns: graph.count × ``dimensions`` positions, row-major.
  public func layout(
    of graph: NeighbourGraph, start: [Float], progress: (Int) -> Void = { _ in }
  ) -> [Float] {
    precondition((2...3).contains(dimensions), "a map of \(dimensions) dimensions")
    precondition(
      start.count == graph.count * dimensions, "\(start.count) numbers for \(graph.count) points")
    let epochs = epochCount(for: graph.count)
    var positions = scaled(start)
    guard epochs > 0, graph.count > 1 else { return positions }
    let layout = MapLayout(
      FuzzySimplicialSet(of: graph), epochCount: epochs, fixedCount: graph.count, isSame: true)
    layout.run(self, on: &positions, around: nil, progress: progress)
    return positions
  }

  /// Finds places for new vectors on a map without moving what is there.
  /// - Parameters:
  ///   - graph: the nearest of the vectors on the map, for each new one.
  ///   - map: the positions of those, row-major.
  /// - Returns: graph.count × ``dimensions`` positions.
  public func place(_ graph: NeighbourGraph, on map: [Float]) -> [Float] {
    precondition(map.count.isMultiple(of: dimensions), "\(map.count) numbers of a map")
    let bandwidths = FuzzySimplicialSet.Bandwidths(of: graph)
    let edges = OneWayEdges(of: graph, bandwidths)
    var positions: [Float] = []
    for row in 0..<graph.count {
      // The mean of the neighbours, each by how strongly it is bound.
      let range = Int(edges.starts[row])..<Int(edges.starts[row + 1])
      let total = range.reduce(Float(0)) { $0 + edges.weights[$1] }
      for axis in 0..<dimensions {
        let sum = range.reduce(Float(0)) {
          $0 + edges.weights[$1] * map[Int(edges.targets[$1]) * dimensions + axis]
        }
        positions.append(total > 0 ? sum / total : 0)
      }
    }
    let epochs = epochCount(for: map.count / dimensions) / Self.transformShare
    guard epochs > 0, graph.count > 0 else { return positions }
    let layout = MapLayout(
      starts: edges.starts, targets: edges.targets, weights: edges.weights, epochCount: epochs,
      fixedCount: map.count / dimensions, isSame: false)
    var calm = self
    calm.learningRate /= Self.transformCalm
    layout.run(calm, on: &positions, around: map, progress: { _ in })
    return positions
  }

  /// The start, so large that it reaches from -5 to 5 along each axis, with a little chance, since points
  /// that lie in one place would stay together.
  private func scaled(_ start: [Float]) -> [Float] {
    var result = start
    var random = RandomNumbers(seed: seed)
    for axis in 0..<dimensions {
      let places = stride(from: axis, to: start.count, by: dimensions)
      let low = places.reduce(Float.infinity) { min($0, start[$1]) }
      let high = places.reduce(-Float.infinity) { max($0, start[$1]) }
      let scale = high > low ? 10 / (high - low) : 0
      for place in places {
        result[place] =
          scale * (start[place] - (low + high) / 2) + Float(random.fraction() - 0.5) * 1e-3
      }
    }
    return result
  }
}

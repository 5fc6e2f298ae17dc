internal import Glibc

/// How strongly each vector is bound to its neighbours, from 0 to 1: the graph that UMAP draws (McInnes,
/// Healy and Melville 2018; umap-learn's `fuzzy_simplicial_set` is the reference).
struct FuzzySimplicialSet: Equatable, Sendable {
  /// Where the edges of each vertex begin, and at the end the number of all edges.
  let starts: [Int32]
  /// The other ends, ascending for each vertex. Each edge is there from both of its ends.
  let targets: [Int32]
  /// The strength of each edge, above 0.
  let weights: [Float]

  /// Widths are looked for until the sum of strengths is that near to what it is to be.
  private static let tolerance = 1e-5
  private static let iterations = 64
  /// No width is smaller than this share of the mean distance.
  private static let leastShare = 1e-3

  /// Makes the graph of neighbours.
  init(of graph: NeighbourGraph) {
    let bandwidths = Bandwidths(of: graph)
    var edges = [[(target: Int32, weight: Float)]](repeating: [], count: graph.count)
    var reversed = edges
    for row in 0..<graph.count {
      for place in (row * graph.neighbourCount)..<((row + 1) * graph.neighbourCount) {
        let weight = bandwidths.weight(of: graph.distances[place], row: row)
        guard weight > 0 else { continue }
        edges[row].append((graph.neighbours[place], weight))
        reversed[Int(graph.neighbours[place])].append((Int32(row), weight))
      }
    }
    var starts: [Int32] = [0]
    var targets: [Int32] = []
    var weights: [Float] = []
    for row in 0..<graph.count {
      // The union of both directions: p + q - p · q.
      let forward = edges[row].sorted { $0.target < $1.target }
      let backward = reversed[row]
      var (left, right) = (0, 0)
      while left < forward.count || right < backward.count {
        let target = min(
          left < forward.count ? forward[left].target : .max,
          right < backward.count ? backward[right].target : .max)
        var (p, q) = (Float(0), Float(0))
        if left < forward.count, forward[left].target == target {
          p = forward[left].weight
          left += 1
        }
        if right < backward.count, backward[right].target == target {
          q = backward[right].weight
          right += 1
        }
        targets.append(target)
        weights.append(p + q - p * q)
      }
      starts.append(Int32(targets.count))
    }
    self.starts = starts
    self.targets = targets
    self.weights = weights
  }

  /// How far each vector's neighbourhood reaches: the distance of the nearest other, and the width of the
  /// exponential beyond.
  struct Bandwidths {
    let nearest: [Float]
    let widths: [Float]

    init(of graph: NeighbourGraph) {
      let count = graph.neighbourCount
      // The vector itself is one of its neighbours in umap-learn.
      let wanted = log2(Double(count + 1))
      let mean =
        graph.distances.reduce(0) { $0 + Double($1) }
        / Double(max(1, graph.count * (count + 1)))
      var (nearest, widths) = ([Float](), [Float]())
      for row in 0..<graph.count {
        let distances = graph.distances[(row * count)..<((row + 1) * count)]
        let rho = Double(distances.first { $0 > 0 } ?? 0)
        var (low, middle, high) = (0.0, 1.0, Double.infinity)
        for _ in 0..<FuzzySimplicialSet.iterations {
          let sum = distances.reduce(0.0) {
            let beyond = Double($1) - rho
            return $0 + (beyond > 0 ? exp(-beyond / middle) : 1)
          }
          if abs(sum - wanted) < FuzzySimplicialSet.tolerance { break }
          if sum > wanted {
            high = middle
            middle = (low + high) / 2
          } else {
            low = middle
            middle = high == .infinity ? middle * 2 : (low + high) / 2
          }
        }
        let own = distances.reduce(0) { $0 + Double($1) } / Double(count + 1)
        let least = FuzzySimplicialSet.leastShare * (rho > 0 ? own : mean)
        nearest.append(Float(rho))
        widths.append(Float(max(middle, least)))
      }
      self.nearest = nearest
      self.widths = widths
    }

    /// How strongly a vector is bound to one at a distance.
    func weight(of distance: Float, row: Int) -> Float {
      let beyond = distance - nearest[row]
      if beyond <= 0 || widths[row] == 0 { return 1 }
      return expf(-beyond / widths[row])
    }
  }
}

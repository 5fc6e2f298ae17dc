internal import Glibc

/// How likely each vector is to choose each of its neighbours: what t-SNE draws (van der Maaten and Hinton
/// 2008; van der Maaten 2014 leaves out all but the nearest). The sum over all edges is 1.
struct PerplexityAffinities: Equatable, Sendable {
  /// Where the edges of each vector begin, and at the end the number of all.
  private(set) var starts: [UInt32] = [0]
  /// The other ends, ascending for each vector. Each edge is there from both of its ends.
  private(set) var targets: [UInt32] = []
  private(set) var weights: [Float] = []

  private static let tolerance = 1e-8
  private static let iterations = 200

  /// So many neighbours are looked at for a perplexity.
  static func neighbourCount(perplexity: Double) -> Int { Int(3 * perplexity) }

  /// - Parameter perplexity: how many neighbours each vector has, softly counted: above 1, and no
  ///   more than it has in the graph.
  init(of graph: NeighbourGraph, perplexity: Double) {
    precondition(
      perplexity > 1 && perplexity <= Double(graph.neighbourCount),
      "a perplexity of \(perplexity) with \(graph.neighbourCount) neighbours")
    let count = graph.neighbourCount
    let rows = RowBlocks.map(graph.count) { row in
      Self.shares(graph.distances[(row * count)..<((row + 1) * count)], perplexity: perplexity)
    }
    var edges = [[(target: Int32, weight: Float)]](repeating: [], count: graph.count)
    for (row, shares) in rows.enumerated() {
      for (place, share) in shares.enumerated() {
        let other = graph.neighbours[row * count + place]
        edges[row].append((other, share))
        edges[Int(other)].append((Int32(row), share))
      }
    }
    let scale = 1 / (2 * Float(graph.count))
    for row in edges {
      for edge in row.sorted(by: { $0.target < $1.target }) {
        if targets.count > Int(starts[starts.count - 1]), targets.last == UInt32(edge.target) {
          weights[weights.count - 1] += scale * edge.weight
        } else {
          targets.append(UInt32(edge.target))
          weights.append(scale * edge.weight)
        }
      }
      starts.append(UInt32(targets.count))
    }
  }

  /// Shares of the neighbours of one vector, a normal distribution whose entropy is the logarithm of the
  /// perplexity.
  static func shares(_ distances: ArraySlice<Float>, perplexity: Double) -> [Float] {
    let wanted = log(perplexity)
    let squares = distances.map { Double($0) * Double($0) }
    // Differences are enough, and do not vanish where all are far.
    let nearest = squares.first ?? 0
    var (low, precision, high) = (0.0, 1.0, Double.infinity)
    var shares = [Double](repeating: 0, count: squares.count)
    for _ in 0..<iterations {
      var (sum, weighted) = (0.0, 0.0)
      for (place, square) in squares.enumerated() {
        shares[place] = exp(-(square - nearest) * precision)
        sum += shares[place]
        weighted += (square - nearest) * shares[place]
      }
      let entropy = log(sum) + precision * weighted / sum
      for place in shares.indices { shares[place] /= sum }
      if abs(entropy - wanted) < tolerance { break }
      if entropy > wanted {
        low = precision
        precision = high == .infinity ? 2 * precision : (low + high) / 2
      } else {
        high = precision
        precision = (low + high) / 2
      }
    }
    return shares.map { Float($0) }
  }
}

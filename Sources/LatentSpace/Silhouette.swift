internal import CVectorKernels

/// How well vectors lie in their clusters (Rousseeuw, "Silhouettes: a graphical aid to the
/// interpretation and validation of cluster analysis", 1987).
///
/// A vector's coefficient is (b - a) / max(a, b): a its mean Euclidean distance to the others of its
/// cluster, b the mean distance to the vectors of the other cluster where that is smallest. It is from
/// -1, in the wrong cluster, to 1, far from all others; that of the only vector of a cluster is 0.
/// The numbers are those of scikit-learn's `silhouette_samples` and `silhouette_score`.
public struct Silhouette: Equatable, Sendable {
  /// The vectors that were looked at, ascending: all, or the sample.
  public let rows: [Int]
  /// The coefficient of each of them.
  public let values: [Double]
  /// The mean coefficient.
  public var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// Measures clusters. Nil where the coefficient is not defined: for fewer than two clusters among the
  /// vectors looked at, or as many as vectors.
  ///
  /// The time grows with the square of the number of vectors looked at, the memory with the number.
  /// - Parameters:
  ///   - labels: the cluster of each vector, any numbers. Vectors in no cluster have to be left out
  ///     before.
  ///   - sampleSize: the most vectors looked at, at least 1; nil for all. A sample is measured as if
  ///     there were no other vectors.
  ///   - seed: of the sample.
  public init?(
    of vectors: VectorSet, labels: [Int], sampleSize: Int? = nil, seed: UInt64 = 0
  ) {
    precondition(
      labels.count == vectors.count, "\(labels.count) labels of \(vectors.count) vectors")
    precondition(sampleSize.map { $0 > 0 } ?? true, "a sample of no vectors")
    var random = RandomNumbers(seed: seed)
    let size = min(vectors.count, sampleSize ?? .max)
    rows =
      size == vectors.count
      ? Array(0..<vectors.count) : random.choose(size, below: vectors.count)

    let clusters = Dictionary(grouping: rows) { labels[$0] }.sorted { $0.key < $1.key }.map(\.value)
    guard clusters.count > 1, clusters.count < rows.count else { return nil }
    // Cluster by cluster, so that distances to a cluster lie together.
    let order = clusters.flatMap { $0 }
    let measured = DistanceSums(vectors.selecting(order), sizes: clusters.map(\.count))
      .coefficients()
    var byRow: [Int: Double] = [:]
    for (row, value) in zip(order, measured) { byRow[row] = value }
    values = rows.map { byRow[$0] ?? 0 }
  }
}

/// The distances from each vector to all of a cluster.
private struct DistanceSums: Sendable {
  /// Cluster by cluster.
  private let vectors: VectorSet
  private let sizes: [Int]
  /// The rows of each cluster, cut where blocks end.
  private let parts: [(block: Range<Int>, clusters: [(cluster: Int, rows: Range<Int>)])]

  init(_ vectors: VectorSet, sizes: [Int]) {
    self.vectors = vectors
    self.sizes = sizes
    var start = 0
    let clusters = sizes.enumerated().map { cluster, size in
      defer { start += size }
      return (cluster: cluster, rows: start..<(start + size))
    }
    parts = RowBlocks.ranges(of: vectors.count, length: vectors.blockLength).map { block in
      let inside = clusters.map { ($0.cluster, $0.rows.clamped(to: block)) }
      return (block, inside.filter { !$0.1.isEmpty })
    }
  }

  func coefficients() -> [Double] {
    let ranges = RowBlocks.ranges(of: vectors.count, length: RowBlocks.queryCount)
    return RowBlocks.map(ranges.count) { [self] in coefficients(of: ranges[$0]) }.flatMap { $0 }
  }

  private func coefficients(of rows: Range<Int>) -> [Double] {
    var sums = rows.map { _ in [Double](repeating: 0, count: sizes.count) }
    var squares = [Float](repeating: 0, count: vectors.blockLength)
    var distances = squares
    for (block, clusters) in parts {
      for (place, row) in rows.enumerated() {
        vectors.squaredDistances(from: row, to: block, into: &squares)
        cvk_square_root(&distances, squares, block.count)
        for (cluster, inside) in clusters {
          let from = inside.lowerBound - block.lowerBound
          var sum = 0.0
          for distance in distances[from..<(from + inside.count)] { sum += Double(distance) }
          sums[place][cluster] += sum
        }
      }
    }
    var cluster = 0
    var end = sizes[0]
    return zip(rows, sums).map { row, sums in
      while row >= end {
        cluster += 1
        end += sizes[cluster]
      }
      return coefficient(in: cluster, sums)
    }
  }

  private func coefficient(in own: Int, _ sums: [Double]) -> Double {
    guard sizes[own] > 1 else { return 0 }
    let inside = sums[own] / Double(sizes[own] - 1)
    var outside = Double.infinity
    for cluster in sizes.indices where cluster != own {
      outside = min(outside, sums[cluster] / Double(sizes[cluster]))
    }
    let larger = max(inside, outside)
    return larger > 0 ? (outside - inside) / larger : 0
  }
}

extension KMeans {
  /// What was found.
  public struct Clusters: Equatable, Sendable {
    /// The middle of each cluster.
    public let centroids: VectorSet
    /// The cluster of each vector, from 0: that of the nearest centroid, of equally near ones the first.
    public let labels: [Int]
    /// The sum of the squared distances of the vectors to the centroids of their clusters.
    public let inertia: Double
    /// How many iterations the run took; of mini-batches, how many times as many vectors as there are
    /// were looked at, rounded up.
    public let iterationCount: Int
    /// Whether the run ended before the limit of iterations.
    public let hasConverged: Bool

    /// The number of vectors in each cluster. 0 is possible: always where fewer different vectors than
    /// clusters exist, seldom where a run ended early or went by mini-batches.
    public var sizes: [Int] {
      var sizes = [Int](repeating: 0, count: centroids.count)
      for label in labels { sizes[label] += 1 }
      return sizes
    }

    /// The cluster that each of other vectors belongs to.
    public func labels(of vectors: VectorSet) -> [Int] {
      precondition(
        vectors.dimension == centroids.dimension,
        "vectors of \(vectors.dimension) values and centroids of \(centroids.dimension)")
      return NearestCentroids(of: vectors, among: centroids).labels
    }
  }
}

/// Clusters around centroids: the sum of the squared Euclidean distances of the vectors to the nearest
/// of k centroids, the inertia, is made small.
///
/// A run starts from centroids by ``KMeansStart`` and goes on by Lloyd's iterations ("Least squares
/// quantization in PCM", 1982) or, in large sets, by mini-batches (Sculley, "Web-scale k-means
/// clustering", 2010). The same vectors and settings give the same clusters on one machine, however
/// many threads it has; between machines, sums may be rounded differently.
public struct KMeans: Equatable, Sendable {
  /// How centroids are improved.
  public enum Method: Equatable, Sendable {
    /// All vectors in every iteration, until nothing changes.
    case lloyd
    /// Some vectors at a time: faster, and the inertia some per cent above that of ``lloyd``.
    case miniBatch
    /// ``lloyd`` up to ``KMeans/largestLloydCount`` vectors, ``miniBatch`` above.
    case automatic
  }

  /// The most vectors for which `automatic` means Lloyd's iterations.
  public static let largestLloydCount = 20_000

  /// k, the number of clusters, at least 1.
  public var clusterCount: Int
  /// What the random numbers follow from.
  public var seed: UInt64 = 0
  /// How often one starts anew, at least 1: the best run counts. Mini-batches go on from the best
  /// start alone.
  public var runCount = 10
  /// The most iterations of a run, each over as many vectors as there are; at least 1.
  public var iterationLimit = 300
  /// A run of Lloyd's iterations ends when the squared distances by which the centroids moved sum to no
  /// more than this times the mean variance of the columns (scikit-learn's `tol`). 0: when no vector
  /// changes its cluster.
  public var tolerance = 1e-4
  /// How centroids are improved.
  public var method = Method.automatic

  /// Settings for k clusters, the others as they are by default.
  public init(clusterCount: Int, seed: UInt64 = 0) {
    self.clusterCount = clusterCount
    self.seed = seed
  }

  /// Finds clusters.
  /// - Parameter vectors: at least as many as there are to be clusters.
  public func clusters(of vectors: VectorSet) -> Clusters {
    precondition(clusterCount > 0, "\(clusterCount) clusters")
    precondition(
      vectors.count >= clusterCount, "\(clusterCount) clusters of \(vectors.count) vectors")
    precondition(runCount > 0, "k-means without a run")
    let usesBatches =
      method == .miniBatch || (method == .automatic && vectors.count > Self.largestLloydCount)
    if usesBatches { return MiniBatches(self, vectors).clusters() }
    let lloyd = LloydIterations(self, vectors)
    let runs = RowBlocks.map(runCount) { [self] run in
      var random = RandomNumbers(seed: seed, stream: run)
      return lloyd.clusters(
        from: KMeansStart.centroids(clusterCount, of: vectors, random: &random))
    }
    return runs.dropFirst().reduce(runs[0]) { $1.inertia < $0.inertia ? $1 : $0 }
  }

  /// Goes on by Lloyd's iterations from given centroids.
  /// - Parameters:
  ///   - vectors: at least as many as there are centroids.
  ///   - centroids: ``clusterCount`` of them.
  public func clusters(of vectors: VectorSet, from centroids: VectorSet) -> Clusters {
    precondition(
      centroids.count == clusterCount && centroids.dimension == vectors.dimension,
      "\(centroids.count) centroids of \(centroids.dimension) values for \(clusterCount) clusters "
        + "of vectors of \(vectors.dimension)")
    precondition(
      clusterCount > 0 && vectors.count >= clusterCount,
      "\(clusterCount) clusters of \(vectors.count) vectors")
    return LloydIterations(self, vectors).clusters(from: centroids)
  }
}

/// How many clusters there are: k-means with each number of a range, judged by the mean silhouette.
public struct ClusterCount: Equatable, Sendable {
  /// What was measured with one number of clusters.
  public struct Trial: Equatable, Sendable {
    /// The number of clusters asked for, k.
    public let count: Int
    /// The mean silhouette coefficient, -1 to 1; nil where it is not defined.
    public let silhouette: Double?
    /// The inertia of the k-means.
    public let inertia: Double
  }

  /// The trials, by ascending number of clusters.
  public let curve: [Trial]
  /// The number with the greatest silhouette, of equally great ones the smallest; nil where none has
  /// a silhouette.
  public let best: Int?
  /// The clusters of that number.
  public let clusters: KMeans.Clusters?

  /// Tries numbers of clusters.
  /// - Parameters:
  ///   - counts: the numbers, from 1; those above the number of vectors are left out.
  ///   - settings: of the k-means, but for the number of clusters.
  ///   - sampleSize: the most vectors that a silhouette is taken of, the same for all numbers and
  ///     drawn with the seed of the settings; nil for all.
  public init(
    of vectors: VectorSet, among counts: ClosedRange<Int>,
    settings: KMeans = KMeans(clusterCount: 1), sampleSize: Int? = 5_000
  ) {
    precondition(counts.lowerBound > 0, "\(counts.lowerBound) clusters")
    var curve: [Trial] = []
    var best: (trial: Trial, clusters: KMeans.Clusters)?
    for count in counts where count <= vectors.count {
      var settings = settings
      settings.clusterCount = count
      let clusters = settings.clusters(of: vectors)
      let silhouette = Silhouette(
        of: vectors, labels: clusters.labels, sampleSize: sampleSize, seed: settings.seed)
      let trial = Trial(count: count, silhouette: silhouette?.mean, inertia: clusters.inertia)
      curve.append(trial)
      if let mean = trial.silhouette, mean > best?.trial.silhouette ?? -.infinity {
        best = (trial, clusters)
      }
    }
    self.curve = curve
    self.best = best?.trial.count
    clusters = best?.clusters
  }
}

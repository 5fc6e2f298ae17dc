internal import Catalogue
internal import Embedding
public import LatentSpace
internal import MusicLibrary

/// Tracks that lie together in the space of sound.
public struct TrackCluster: Sendable {
  /// Words for what is in it.
  public let name: String
  /// The tracks, those nearest to its middle first.
  public let tracks: [Int64]
}

/// A library divided into clusters.
public struct TrackClusters: Sendable {
  /// How clusters are found.
  public enum Method: Sendable {
    /// K-means with so many clusters; nil for the number whose silhouette is greatest.
    case kMeans(count: Int?)
    /// DBSCAN with so many points in reach of a point at the least; the radius on unit vectors, nil for
    /// the knee of the curve of distances.
    case density(radius: Double?, minPoints: Int)
  }

  /// The clusters, the largest first.
  public let clusters: [TrackCluster]
  /// Tracks that belong to none.
  public let loners: [Int64]
  /// The mean silhouette coefficient of the tracks in clusters, -1 to 1; nil where there are fewer than
  /// two clusters.
  public let silhouette: Double?
  /// What was measured with each number of clusters, where the number was looked for.
  public let curve: [ClusterCount.Trial]
  /// The radius of DBSCAN.
  public let radius: Double?

  /// The most clusters that are tried.
  public static let mostTried = 24
  /// Silhouettes are taken of so many tracks.
  private static let sampleSize = 5_000
}

extension Recommender {
  /// Divides the tracks that meet the conditions of a query into clusters.
  /// - Parameter seed: what chance begins with.
  /// - Throws: `CatalogueError`, `SearchFileError`, `LatentSpaceError`.
  public func clusters(
    by method: TrackClusters.Method, _ query: Query, seed: UInt64
  ) throws -> TrackClusters {
    let facts = try facts()
    let wanted = Set(try ConditionCheck(facts: facts).tracks(for: query).tracks)
    var tracks: [Int64] = []
    var values: [Float] = []
    try catalogue.forEachVector(model: model) { track, vector in
      guard wanted.contains(track), query.only?.contains(track) ?? true,
        !query.leftOut.contains(track)
      else { return }
      tracks.append(track)
      values += vector
    }
    let vectors = try VectorSet(values: values, dimension: model.dimension)
    guard !tracks.isEmpty else {
      return TrackClusters(clusters: [], loners: [], silhouette: nil, curve: [], radius: nil)
    }
    return try TrackClusters(
      vectors, tracks: tracks, by: method, naming: ClusterNames(facts: facts), seed: seed)
  }
}

extension TrackClusters {
  init(
    _ vectors: VectorSet, tracks: [Int64], by method: Method, naming: ClusterNames, seed: UInt64
  ) throws(CatalogueError) {
    var labels: [Int]
    switch method {
    case .kMeans(let count?):
      labels =
        KMeans(clusterCount: min(count, vectors.count), seed: seed).clusters(of: vectors).labels
      (curve, radius) = ([], nil)
    case .kMeans(nil):
      let largest = max(1, min(Self.mostTried, vectors.count / 3))
      let trials = ClusterCount(
        of: vectors, among: min(2, largest)...largest,
        settings: KMeans(clusterCount: 1, seed: seed), sampleSize: Self.sampleSize)
      labels = trials.clusters?.labels ?? [Int](repeating: 0, count: vectors.count)
      (curve, radius) = (trials.curve, nil)
    case .density(let given, let minPoints):
      let reach =
        given ?? DBSCAN.suggestedRadius(for: vectors, minPoints: minPoints, seed: seed)
      labels =
        reach.map { DBSCAN(radius: $0, minPoints: minPoints).clusters(of: vectors).labels }
        ?? [Int](repeating: -1, count: vectors.count)
      (curve, radius) = ([], reach)
    }
    let kept = labels.indices.filter { labels[$0] >= 0 }
    silhouette =
      kept.isEmpty
      ? nil
      : Silhouette(
        of: vectors.selecting(kept), labels: kept.map { labels[$0] },
        sampleSize: Self.sampleSize, seed: seed)?.mean
    loners = labels.indices.filter { labels[$0] < 0 }.map { tracks[$0] }
    let groups = Dictionary(grouping: kept) { labels[$0] }.values
      .map { Self.nearestFirst($0, vectors) }
      .sorted { $0.count != $1.count ? $0.count > $1.count : $0[0] < $1[0] }
    let members = groups.map { $0.map { tracks[$0] } }
    clusters = zip(try naming.names(of: members), members).map {
      TrackCluster(name: $0, tracks: $1)
    }
  }

  /// Rows by their nearness to their mean.
  private static func nearestFirst(_ rows: [Int], _ vectors: VectorSet) -> [Int] {
    var mean = [Float](repeating: 0, count: vectors.dimension)
    for row in rows {
      for (place, value) in vectors.row(row).enumerated() { mean[place] += value }
    }
    // All are unit vectors: the greatest product is the smallest distance.
    let products = rows.map { row in
      zip(mean, vectors.row(row)).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    }
    return rows.indices.sorted {
      products[$0] != products[$1] ? products[$0] > products[$1] : rows[$0] < rows[$1]
    }.map { rows[$0] }
  }
}

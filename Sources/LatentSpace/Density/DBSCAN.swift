/// Clusters of any form where vectors lie close together; the others are noise (Ester, Kriegel, Sander
/// and Xu, "A density-based algorithm for discovering clusters", 1996).
///
/// A vector with ``minPoints`` vectors within ``radius``, itself among them, is a core. Cores within
/// the radius of one another are of one cluster, and so is what lies within the radius of one of them.
/// All distances are computed: the time grows with the square of the number of vectors, the memory
/// with the number. Meant for up to some 20,000 vectors.
public struct DBSCAN: Equatable, Sendable {
  /// The Euclidean distance up to which, and with which, vectors are neighbours; finite, 0 or more.
  public var radius: Double
  /// How many neighbours make a core, itself among them; at least 1 (scikit-learn's `min_samples`).
  public var minPoints: Int

  /// Settings.
  public init(radius: Double, minPoints: Int) {
    self.radius = radius
    self.minPoints = minPoints
  }

  /// What was found.
  public struct Clusters: Equatable, Sendable {
    /// The label of vectors in no cluster.
    public static let noise = -1

    /// The cluster of each vector, from 0, or ``noise``. Clusters are numbered by their first core; a
    /// vector that is no core and could be of several clusters is of the first (as in scikit-learn).
    public let labels: [Int]
    /// Whether each vector is a core.
    public let isCore: [Bool]
    /// The number of clusters.
    public let count: Int

    /// The number of vectors in no cluster.
    public var noiseCount: Int { labels.count { $0 == Self.noise } }
  }

  /// Finds clusters.
  public func clusters(of vectors: VectorSet) -> Clusters {
    precondition(radius >= 0 && radius.isFinite, "a radius of \(radius)")
    precondition(minPoints > 0, "cores of \(minPoints) vectors")
    let near = Nearness(radius: radius, of: vectors)
    let ranges = RowBlocks.ranges(of: vectors.count, length: RowBlocks.queryCount)
    let isCore = RowBlocks.map(ranges.count) { [minPoints] number in
      near.haveNeighbours(minPoints, rows: ranges[number])
    }.flatMap { $0 }

    var labels = [Int](repeating: Clusters.noise, count: vectors.count)
    // The rows that have no cluster yet.
    var open = Array(0..<vectors.count)
    var clusterCount = 0
    for first in 0..<vectors.count where isCore[first] && labels[first] == Clusters.noise {
      labels[first] = clusterCount
      var waiting = [first]
      while !waiting.isEmpty {
        let cores = Array(waiting.suffix(RowBlocks.queryCount))
        waiting.removeLast(cores.count)
        open.removeAll { labels[$0] != Clusters.noise }
        for row in near.rows(open, nearOneOf: cores) {
          labels[row] = clusterCount
          if isCore[row] { waiting.append(row) }
        }
      }
      clusterCount += 1
    }
    return Clusters(labels: labels, isCore: isCore, count: clusterCount)
  }
}

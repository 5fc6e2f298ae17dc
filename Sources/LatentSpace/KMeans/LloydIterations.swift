/// Lloyd's iterations: each vector goes to the nearest centroid, each centroid to the mean of its
/// vectors, and again.
struct LloydIterations {
  private let vectors: VectorSet
  private let iterationLimit: Int
  /// The sum of squared steps of the centroids that ends a run.
  private let tolerance: Double

  init(_ settings: KMeans, _ vectors: VectorSet) {
    precondition(settings.iterationLimit > 0, "k-means without an iteration")
    precondition(settings.tolerance >= 0, "a tolerance of \(settings.tolerance)")
    self.vectors = vectors
    iterationLimit = settings.iterationLimit
    tolerance = settings.tolerance * vectors.meanVariance
  }

  func clusters(from start: VectorSet) -> KMeans.Clusters {
    var centroids = start
    var nearest = NearestCentroids(of: vectors, among: centroids)
    var iteration = 0
    var hasConverged = false
    while !hasConverged && iteration < iterationLimit {
      iteration += 1
      var means = ClusterMeans(of: vectors, nearest.labels, around: centroids)
      let filled = means.fillEmpty(nearest)
      let moved = means.centroids
      let step = zip(moved.values, centroids.values).reduce(0.0) {
        let difference = Double($1.0) - Double($1.1)
        return $0 + difference * difference
      }
      centroids = moved
      let next = NearestCentroids(of: vectors, among: centroids)
      hasConverged = step <= tolerance || (!filled && next.labels == nearest.labels)
      nearest = next
    }
    return KMeans.Clusters(
      centroids: centroids, labels: nearest.labels, inertia: nearest.inertia,
      iterationCount: iteration, hasConverged: hasConverged)
  }
}

/// The sums and sizes of clusters.
struct ClusterMeans {
  private let vectors: VectorSet
  private let labels: [Int]
  private let old: VectorSet
  /// clusters × dimension.
  private var sums: [Double]
  private var sizes: [Int]

  /// - Parameters:
  ///   - labels: the cluster of each vector.
  ///   - centroids: where the clusters' centroids have been.
  init(of vectors: VectorSet, _ labels: [Int], around centroids: VectorSet) {
    self.vectors = vectors
    self.labels = labels
    old = centroids
    sums = [Double](repeating: 0, count: centroids.values.count)
    sizes = [Int](repeating: 0, count: centroids.count)
    for (row, label) in labels.enumerated() {
      sizes[label] += 1
      add(row, to: label, times: 1)
    }
  }

  private mutating func add(_ row: Int, to label: Int, times factor: Double) {
    let dimension = vectors.dimension
    sums.withUnsafeMutableBufferPointer { sums in
      vectors.values.withUnsafeBufferPointer { values in
        for column in 0..<dimension {
          sums[label * dimension + column] += factor * Double(values[row * dimension + column])
        }
      }
    }
  }

  /// Gives each cluster without vectors the one that is farthest from its centroid (as scikit-learn
  /// does), of equally far ones the first; never the only one of a cluster.
  /// - Returns: whether there was such a cluster, and a vector away from its centroid.
  mutating func fillEmpty(_ nearest: NearestCentroids) -> Bool {
    let empty = sizes.indices.filter { sizes[$0] == 0 }
    guard !empty.isEmpty else { return false }
    let distances = nearest.squaredDistances
    let farthest = distances.indices.filter { distances[$0] > 0 }.sorted {
      distances[$0] != distances[$1] ? distances[$0] > distances[$1] : $0 < $1
    }
    var next = farthest.makeIterator()
    var filled = false
    for label in empty {
      while let row = next.next() {
        let giver = labels[row]
        guard sizes[giver] > 1 else { continue }
        add(row, to: giver, times: -1)
        add(row, to: label, times: 1)
        sizes[giver] -= 1
        sizes[label] = 1
        filled = true
        break
      }
    }
    return filled
  }

  /// The means; a cluster without vectors stays where it was.
  var centroids: VectorSet {
    let dimension = old.dimension
    var values = old.values
    for label in sizes.indices where sizes[label] > 0 {
      for place in (label * dimension)..<((label + 1) * dimension) {
        values[place] = Float(sums[place] / Double(sizes[label]))
      }
    }
    return VectorSet(checked: values, dimension: dimension)
  }
}

extension VectorSet {
  /// The variance of each column, averaged over the columns.
  var meanVariance: Double {
    guard count > 0 else { return 0 }
    var means = [Double](repeating: 0, count: dimension)
    forEachValue { column, value in means[column] += value }
    for column in means.indices { means[column] /= Double(count) }
    var sum = 0.0
    forEachValue { column, value in
      let step = value - means[column]
      sum += step * step
    }
    return sum / Double(values.count)
  }

  private func forEachValue(_ body: (Int, Double) -> Void) {
    for row in 0..<count {
      for column in 0..<dimension { body(column, Double(values[row * dimension + column])) }
    }
  }
}

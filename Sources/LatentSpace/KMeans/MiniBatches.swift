/// k-means from a few vectors at a time (Sculley, "Web-scale k-means clustering", 2010), with the
/// starts, the ending and the care for small clusters of scikit-learn's `MiniBatchKMeans`.
struct MiniBatches {
  /// The vectors looked at in a step.
  static let batchSize = 1_024
  /// The steps without a smaller inertia that end the run.
  static let patience = 10
  /// A centroid that fewer vectors have come to than this share of those of the largest cluster starts
  /// anew.
  static let smallestShare = 0.01

  private let settings: KMeans
  private let vectors: VectorSet
  private let batchSize: Int

  init(_ settings: KMeans, _ vectors: VectorSet) {
    precondition(settings.iterationLimit > 0, "k-means without an iteration")
    self.settings = settings
    self.vectors = vectors
    batchSize = min(Self.batchSize, vectors.count)
  }

  func clusters() -> KMeans.Clusters {
    var random = RandomNumbers(seed: settings.seed, stream: -1)
    var centroids = start(&random)
    var counts = [Double](repeating: 0, count: settings.clusterCount)
    var progress = Progress(alpha: min(1, 2 * Double(batchSize) / Double(vectors.count + 1)))
    let stepLimit = max(1, settings.iterationLimit * vectors.count / batchSize)
    var step = 0
    var sinceRenewal = 0
    while step < stepLimit && !progress.hasEnded {
      step += 1
      let batch = vectors.selecting(
        (0..<batchSize).map { _ in random.integer(below: vectors.count) })
      let nearest = NearestCentroids(of: batch, among: centroids)
      centroids = moved(centroids, &counts, by: batch, nearest.labels)
      sinceRenewal += batchSize
      if counts.contains(0) || sinceRenewal >= 10 * settings.clusterCount {
        sinceRenewal = 0
        centroids = renewed(centroids, &counts, from: batch, &random)
      }
      // The first step's is the inertia of the start.
      if step > 1 { progress.note(nearest.inertia / Double(batchSize)) }
    }
    let nearest = NearestCentroids(of: vectors, among: centroids)
    return KMeans.Clusters(
      centroids: centroids, labels: nearest.labels, inertia: nearest.inertia,
      iterationCount: (step * batchSize + vectors.count - 1) / vectors.count,
      hasConverged: progress.hasEnded)
  }

  /// The best of several starts: each is made from some vectors, and judged by some others.
  private func start(_ random: inout RandomNumbers) -> VectorSet {
    let size = min(vectors.count, 3 * max(batchSize, settings.clusterCount))
    let judges = vectors.selecting(random.choose(size, below: vectors.count))
    let starts = RowBlocks.map(settings.runCount) { [settings, vectors] run in
      var random = RandomNumbers(seed: settings.seed, stream: run)
      let sample = vectors.selecting(random.choose(size, below: vectors.count))
      let centroids = KMeansStart.centroids(settings.clusterCount, of: sample, random: &random)
      return (centroids, NearestCentroids(of: judges, among: centroids).inertia)
    }
    return starts.dropFirst().reduce(starts[0]) { $1.1 < $0.1 ? $1 : $0 }.0
  }

  /// Each centroid becomes the mean of all vectors that came to it so far.
  /// - Parameter counts: how many came to each centroid.
  private func moved(
    _ centroids: VectorSet, _ counts: inout [Double], by batch: VectorSet, _ labels: [Int]
  ) -> VectorSet {
    let dimension = centroids.dimension
    var sums = centroids.values.map(Double.init)
    for place in sums.indices { sums[place] *= counts[place / dimension] }
    for (row, label) in labels.enumerated() {
      counts[label] += 1
      for column in 0..<dimension {
        sums[label * dimension + column] += Double(batch.values[row * dimension + column])
      }
    }
    let values = centroids.values.indices.map { place in
      let count = counts[place / dimension]
      return count > 0 ? Float(sums[place] / count) : centroids.values[place]
    }
    return VectorSet(checked: values, dimension: dimension)
  }

  /// Puts centroids of small clusters on vectors of the batch, at most half as many as these are.
  private func renewed(
    _ centroids: VectorSet, _ counts: inout [Double], from batch: VectorSet,
    _ random: inout RandomNumbers
  ) -> VectorSet {
    let limit = Self.smallestShare * (counts.max() ?? 0)
    let small = counts.indices.filter { counts[$0] < limit }
      .sorted { (counts[$0], $0) < (counts[$1], $1) }
      .prefix(batch.count / 2)
    guard !small.isEmpty else { return centroids }
    let rows = random.choose(small.count, below: batch.count)
    var values = centroids.values
    let dimension = centroids.dimension
    for (label, row) in zip(small, rows) {
      values.replaceSubrange(
        (label * dimension)..<((label + 1) * dimension), with: batch.row(row))
    }
    // As if as many had come to them as to the smallest of the others.
    let least = counts.indices.filter { !small.contains($0) }.map { counts[$0] }.min() ?? 0
    for label in small { counts[label] = least }
    return VectorSet(checked: values, dimension: dimension)
  }

  /// Whether the inertia still becomes smaller, by its exponentially weighted average.
  private struct Progress {
    let alpha: Double
    private var average: Double?
    private var least = Double.infinity
    private var idleSteps = 0

    init(alpha: Double) { self.alpha = alpha }

    var hasEnded: Bool { idleSteps >= MiniBatches.patience }

    mutating func note(_ inertia: Double) {
      let average = average.map { $0 * (1 - alpha) + inertia * alpha } ?? inertia
      self.average = average
      idleSteps = average < least ? 0 : idleSteps + 1
      least = min(least, average)
    }
  }
}

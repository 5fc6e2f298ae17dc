import Testing

@testable import LatentSpace

@Suite("k-means")
struct KMeansTests {
  @Test("goes from given centroids to where scikit-learn goes")
  func lloyd() throws {
    let reference = try Reference.read()
    #expect(reference.lloyd.count >= 7)
    for (number, wanted) in reference.lloyd.enumerated() {
      let vectors = try reference.vectors(wanted.set)
      var settings = KMeans(clusterCount: wanted.clusters)
      settings.iterationLimit = wanted.iterations
      settings.tolerance = wanted.tolerance
      let start = try VectorSet(values: wanted.start, dimension: vectors.dimension)
      let clusters = settings.clusters(of: vectors, from: start)
      #expect(clusters.labels == wanted.labels, "case \(number)")
      #expect(abs(clusters.inertia / wanted.inertia - 1) < 1e-4, "case \(number)")
      for (ours, theirs) in zip(clusters.centroids.values, wanted.centroids) {
        #expect(abs(Double(ours) - theirs) < 1e-4, "case \(number)")
      }
      #expect(clusters.centroids.values.count == wanted.centroids.count)
      #expect(clusters.hasConverged == (wanted.iterations > 2), "case \(number)")
    }
  }

  @Test("finds clusters as tight as scikit-learn's best of ten, to 2 %", arguments: 0..<3)
  func best(seed: UInt64) throws {
    let reference = try Reference.read()
    for wanted in reference.best {
      let clusters = KMeans(clusterCount: wanted.clusters, seed: seed)
        .clusters(of: try reference.vectors(wanted.set))
      #expect(clusters.inertia < 1.02 * wanted.inertia, "\(wanted.clusters) of \(wanted.set)")
      #expect(clusters.inertia > 0.9 * wanted.inertia, "\(wanted.clusters) of \(wanted.set)")
    }
  }

  @Test(
    "finds the clusters that were planted",
    arguments: [KMeans.Method.lloyd, .miniBatch], [UInt64(1), 2, 3])
  func planted(method: KMeans.Method, seed: UInt64) {
    let planted = PlantedClusters(
      count: 600, dimension: 20, clusters: 7, spread: 0.3, seed: seed)
    var settings = KMeans(clusterCount: 7, seed: seed)
    settings.method = method
    let clusters = settings.clusters(of: planted.vectors)
    #expect(areSameClusters(clusters.labels, planted.labels))
    // Within ten deviations of the mean of a chi-squared distribution.
    let mean = clusters.inertia / Double(593 * 20) / 0.09
    #expect(abs(mean - 1) < 10 * (2.0 / Double(593 * 20)).squareRoot())
    #expect(clusters.hasConverged)
    #expect(clusters.sizes.reduce(0, +) == 600)
    #expect(clusters.labels(of: planted.vectors) == clusters.labels)
  }

  @Test("starts from vectors that lie in clusters of their own")
  func start() {
    let planted = PlantedClusters(count: 300, dimension: 20, clusters: 6, spread: 0.1, seed: 4)
    for seed in 0..<20 {
      var random = RandomNumbers(seed: UInt64(seed))
      let start = KMeansStart.centroids(6, of: planted.vectors, random: &random)
      let rows = (0..<6).compactMap { place in
        (0..<300).first { planted.vectors.row($0) == start.row(place) }
      }
      #expect(Set(rows.map { planted.labels[$0] }).count == 6, "seed \(seed)")
    }
  }

  @Test(
    "gives the same again for a seed, and other clusters for another",
    arguments: [KMeans.Method.lloyd, .miniBatch])
  func seeds(method: KMeans.Method) {
    let shapeless = PlantedClusters(count: 1_500, dimension: 8, clusters: 1, spread: 1, seed: 5)
    var settings = KMeans(clusterCount: 9, seed: 6)
    settings.method = method
    settings.runCount = 3
    let clusters = settings.clusters(of: shapeless.vectors)
    for _ in 0..<3 { #expect(settings.clusters(of: shapeless.vectors) == clusters) }
    settings.seed = 7
    #expect(settings.clusters(of: shapeless.vectors) != clusters)
  }

  @Test("gives the best of its runs")
  func runs() {
    let shapeless = PlantedClusters(count: 300, dimension: 8, clusters: 1, spread: 1, seed: 8)
    var settings = KMeans(clusterCount: 12, seed: 9)
    var inertias: [Double] = []
    for runCount in 1...8 {
      settings.runCount = runCount
      inertias.append(settings.clusters(of: shapeless.vectors).inertia)
    }
    #expect(zip(inertias, inertias.dropFirst()).allSatisfy { $0 >= $1 }, "\(inertias)")
    #expect(inertias[7] < inertias[0])
  }

  @Test("never has more inertia after another iteration")
  func descent() {
    let shapeless = PlantedClusters(count: 400, dimension: 5, clusters: 1, spread: 1, seed: 10)
    var settings = KMeans(clusterCount: 8)
    settings.tolerance = 0
    let start = shapeless.vectors.selecting(Array(0..<8))
    var before = Double.infinity
    for limit in 1...12 {
      settings.iterationLimit = limit
      let clusters = settings.clusters(of: shapeless.vectors, from: start)
      #expect(clusters.inertia < before, "\(limit) iterations")
      #expect(clusters.iterationCount == limit && !clusters.hasConverged)
      before = clusters.inertia
    }
  }

  @Test("gives empty clusters the vectors that are farthest from their centroids")
  func emptyClusters() {
    let vectors = onALine([0, 1, 2, 3, 40, 60])
    // All vectors are nearest to the first centroid; 60 and 40 are farthest from it.
    let clusters = KMeans(clusterCount: 3)
      .clusters(of: vectors, from: onALine([1, 1_000, 2_000]))
    #expect(clusters.centroids.values == [1.5, 60, 40])
    #expect(clusters.labels == [0, 0, 0, 0, 2, 1])
    #expect(clusters.inertia == 5)
  }

  @Test("takes the only vector of a cluster for no other")
  func onlyVector() {
    var settings = KMeans(clusterCount: 3)
    settings.iterationLimit = 1
    // 60 is the farthest, and alone with the second centroid.
    let clusters = settings.clusters(of: onALine([0, 1, 4, 60]), from: onALine([0, 100, 1_000]))
    #expect(clusters.centroids.values == [0.5, 60, 4])
  }

  @Test("leaves no cluster empty where there are vectors enough")
  func allFilled() {
    let vectors = PlantedClusters(count: 50, dimension: 3, clusters: 2, spread: 0.2, seed: 11)
      .vectors
    let far = VectorSet(checked: [Float](repeating: 90, count: 60), dimension: 3)
    let clusters = KMeans(clusterCount: 20).clusters(of: vectors, from: far)
    #expect(clusters.sizes.allSatisfy { $0 > 0 }, "\(clusters.sizes)")
  }

  @Test("of as many clusters as vectors leaves no inertia, and of one gives the mean")
  func extremes() throws {
    let vectors = PlantedClusters(count: 25, dimension: 3, clusters: 2, spread: 1, seed: 12).vectors
    let all = KMeans(clusterCount: 25).clusters(of: vectors)
    #expect(all.inertia == 0)
    #expect(Set(all.labels).count == 25)
    let one = KMeans(clusterCount: 1).clusters(of: vectors)
    #expect(Set(one.labels) == [0])
    for column in 0..<3 {
      let mean = (0..<25).reduce(0.0) { $0 + Double(vectors.values[3 * $1 + column]) } / 25
      #expect(abs(Double(one.centroids.values[column]) - mean) < 1e-6)
    }
    #expect(abs(one.inertia / (25 * 3) / vectors.meanVariance - 1) < 1e-5)

    let single = try VectorSet(values: [3, 4], dimension: 2)
    let alone = KMeans(clusterCount: 1).clusters(of: single)
    #expect(alone.labels == [0] && alone.inertia == 0 && alone.centroids == single)
  }

  @Test(
    "has clusters without vectors where vectors are the same",
    arguments: [KMeans.Method.lloyd, .miniBatch])
  func duplicates(method: KMeans.Method) {
    var settings = KMeans(clusterCount: 4)
    settings.method = method
    let clusters = settings.clusters(of: onALine([5, 5, 5, 7, 7, 5, 7, 5]))
    #expect(clusters.inertia == 0)
    #expect(areSameClusters(clusters.labels, [0, 0, 0, 1, 1, 0, 1, 0]))
    #expect(clusters.sizes.sorted() == [0, 0, 3, 5])
  }

  @Test("needs as many vectors as clusters")
  func tooMany() async {
    await #expect(processExitsWith: .failure) {
      _ = KMeans(clusterCount: 3).clusters(of: onALine([1, 2]))
    }
  }
}

@Suite("k-means by mini-batches")
struct MiniBatchTests {
  @Test("comes near to Lloyd's inertia, whatever the seed", arguments: 0..<4)
  func quality(seed: UInt64) {
    let planted = PlantedClusters(
      count: 4_000, dimension: 6, clusters: 10, spread: 0.7, seed: 20 + seed)
    var settings = KMeans(clusterCount: 10, seed: seed)
    settings.runCount = 3
    settings.method = .lloyd
    let lloyd = settings.clusters(of: planted.vectors)
    settings.method = .miniBatch
    let batches = settings.clusters(of: planted.vectors)
    #expect(batches.inertia < 1.06 * lloyd.inertia)
    #expect(batches.sizes.allSatisfy { $0 > 0 })
    #expect(batches.labels == batches.labels(of: planted.vectors))
  }

  @Test("is chosen for large sets alone")
  func automatic() {
    let large = PlantedClusters(
      count: KMeans.largestLloydCount + 1, dimension: 1, clusters: 3, spread: 0.2, seed: 30
    ).vectors
    var settings = KMeans(clusterCount: 3)
    settings.runCount = 1
    func isSame(_ vectors: VectorSet, as method: KMeans.Method) -> Bool {
      var other = settings
      other.method = method
      return settings.clusters(of: vectors) == other.clusters(of: vectors)
    }
    #expect(isSame(large, as: .miniBatch))
    #expect(!isSame(large, as: .lloyd))
    let smaller = large.selecting(Array(0..<KMeans.largestLloydCount))
    #expect(isSame(smaller, as: .lloyd))
    #expect(!isSame(smaller, as: .miniBatch))
  }
}

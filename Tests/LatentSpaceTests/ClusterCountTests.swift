import Testing

@testable import LatentSpace

@Suite("The number of clusters")
struct ClusterCountTests {
  @Test("is that of the planted ones", arguments: [2, 3, 6, 9])
  func planted(clusters: Int) throws {
    let planted = PlantedClusters(
      count: 40 * clusters, dimension: 12, clusters: clusters, spread: 0.3, seed: 70)
    let found = ClusterCount(of: planted.vectors, among: 1...11)
    #expect(found.best == clusters)
    #expect(found.curve.map(\.count) == Array(1...11))
    #expect(found.curve[0].silhouette == nil)
    #expect(areSameClusters(try #require(found.clusters).labels, planted.labels))
  }

  @Test("has the curves of scikit-learn and its best place")
  func reference() throws {
    let reference = try Reference.read()
    for (set, counts) in [("blobs", 2...8), ("far", 2...6)] {
      let wanted = reference.best.filter { $0.set == set }
      let found = ClusterCount(of: try reference.vectors(set), among: counts)
      #expect(found.curve.map(\.count) == wanted.map(\.clusters))
      #expect(
        found.best == wanted.max { $0.silhouette < $1.silhouette }?.clusters, "\(set)")
      for (ours, theirs) in zip(found.curve, wanted) {
        #expect(abs(ours.inertia / theirs.inertia - 1) < 0.02)
        // Other clusters of the same inertia have a silhouette of their own.
        #expect(abs((ours.silhouette ?? -9) - theirs.silhouette) < 0.05, "\(set) \(ours.count)")
      }
    }
  }

  @Test("is measured by a sample where one is asked for, and with the settings given")
  func settings() throws {
    let planted = PlantedClusters(count: 300, dimension: 20, clusters: 4, spread: 0.3, seed: 71)
    var settings = KMeans(clusterCount: 1, seed: 5)
    settings.runCount = 2
    let found = ClusterCount(
      of: planted.vectors, among: 3...5, settings: settings, sampleSize: 80)
    #expect(found.best == 4)
    settings.clusterCount = 4
    let clusters = settings.clusters(of: planted.vectors)
    #expect(found.clusters == clusters)
    let sample = Silhouette(
      of: planted.vectors, labels: clusters.labels, sampleSize: 80, seed: 5)
    #expect(found.curve[1].silhouette == sample?.mean)
  }

  @Test("is open where nothing can be told apart, and never above that of the vectors")
  func degenerate() {
    let same = ClusterCount(of: onALine([1, 1, 1, 1]), among: 2...3)
    #expect(same.best == nil && same.clusters == nil)
    #expect(same.curve.map(\.inertia) == [0, 0])
    let few = ClusterCount(of: onALine([1, 2, 9]), among: 2...10)
    #expect(few.curve.map(\.count) == [2, 3])
    #expect(few.best == 2)
    #expect(ClusterCount(of: onALine([1]), among: 2...4).curve.isEmpty)
  }
}

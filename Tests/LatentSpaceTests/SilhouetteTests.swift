import Testing

@testable import LatentSpace

@Suite("Silhouettes")
struct SilhouetteTests {
  @Test("are those of scikit-learn to 1e-5, each of them and the mean")
  func reference() throws {
    let reference = try Reference.read()
    #expect(reference.silhouette.count >= 5)
    for (number, wanted) in reference.silhouette.enumerated() {
      let found = try #require(
        Silhouette(of: try reference.vectors(wanted.set), labels: wanted.labels))
      #expect(abs(found.mean - wanted.mean) < 1e-5, "case \(number)")
      #expect(found.values.count == wanted.values.count)
      for (ours, theirs) in zip(found.values, wanted.values) {
        #expect(abs(ours - theirs) < 1e-5, "case \(number)")
      }
    }
  }

  @Test("of a few vectors on a line, by hand")
  func byHand() throws {
    let found = try #require(Silhouette(of: onALine([0, 2, 10, 20]), labels: [5, 5, 9, -1]))
    // a = 2, b = 10 and 8; the others are alone.
    #expect(found.values == [0.8, 0.75, 0, 0])
    #expect(abs(found.mean - 1.55 / 4) < 1e-12)
  }

  @Test("are not there for one cluster, for as many as vectors, or for no vector")
  func undefined() {
    #expect(Silhouette(of: onALine([1, 2, 3]), labels: [4, 4, 4]) == nil)
    #expect(Silhouette(of: onALine([1, 2, 3]), labels: [0, 1, 2]) == nil)
    #expect(Silhouette(of: onALine([1]), labels: [0]) == nil)
    #expect(Silhouette(of: onALine([]), labels: []) == nil)
    #expect(Silhouette(of: onALine([1, 2, 3]), labels: [0, 1, 1]) != nil)
  }

  @Test("of vectors that are all the same are 0")
  func duplicates() throws {
    let found = try #require(Silhouette(of: onALine([7, 7, 7, 7]), labels: [0, 0, 1, 1]))
    #expect(found.values == [0, 0, 0, 0])
  }

  @Test("over several blocks of rows are those of the definition")
  func definition() throws {
    let planted = PlantedClusters(count: 900, dimension: 50, clusters: 3, spread: 1, seed: 60)
    #expect(planted.vectors.count > planted.vectors.blockLength)
    let found = try #require(Silhouette(of: planted.vectors, labels: planted.labels))
    for row in stride(from: 0, to: 900, by: 67) {
      var sums = [0.0, 0, 0]
      var counts = [0.0, 0, 0]
      for other in 0..<900 where other != row {
        sums[planted.labels[other]] +=
          planted.vectors.exactSquaredDistance(row, other).squareRoot()
        counts[planted.labels[other]] += 1
      }
      let means = zip(sums, counts).map { $0 / $1 }
      let own = planted.labels[row]
      let outside = means.indices.filter { $0 != own }.map { means[$0] }.min() ?? 0
      let wanted = (outside - means[own]) / max(outside, means[own])
      #expect(abs(found.values[row] - wanted) < 1e-5)
    }
  }

  @Test("of a sample are those of its vectors alone, the same for a seed")
  func sample() throws {
    let planted = PlantedClusters(count: 500, dimension: 4, clusters: 3, spread: 0.5, seed: 61)
    let sample = try #require(
      Silhouette(of: planted.vectors, labels: planted.labels, sampleSize: 120, seed: 1))
    #expect(sample.rows.count == 120 && sample.rows == Set(sample.rows).sorted())
    let alone = try #require(
      Silhouette(
        of: planted.vectors.selecting(sample.rows), labels: sample.rows.map { planted.labels[$0] }))
    #expect(sample.values == alone.values)
    let again = Silhouette(of: planted.vectors, labels: planted.labels, sampleSize: 120, seed: 1)
    #expect(again == sample)
    let other = try #require(
      Silhouette(of: planted.vectors, labels: planted.labels, sampleSize: 120, seed: 2))
    #expect(other.rows != sample.rows)
    let all = try #require(Silhouette(of: planted.vectors, labels: planted.labels))
    #expect(abs(sample.mean - all.mean) < 0.1)
    #expect(
      Silhouette(of: planted.vectors, labels: planted.labels, sampleSize: 9_999, seed: 3) == all)
  }
}

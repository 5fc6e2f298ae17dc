import FileAccess
import TestSupport
import Testing

@testable import VectorIndex

@Suite("How similar vectors are to all others")
struct SimilarityMomentsTests {
  private func similarities(to vector: [Float], in vectors: ExactSearch) -> [Double] {
    vectors.keys.indices.map { Double(cosineSimilarity(vector, vectors.vector($0))) }
  }

  private func meanAndDeviation(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot())
  }

  @Test("mean and deviation are those of the similarities to each", arguments: [2, 3, 40, 600])
  func definition(count: Int) throws {
    let vectors = Vectors.uniform(count: count, dimension: 17, seed: 5)
    let moments = try #require(SimilarityMoments(of: vectors))
    for row in [0, count / 2, count - 1] {
      let query = vectors.vector(row)
      let told = moments.spread(of: query)
      let (mean, deviation) = meanAndDeviation(similarities(to: query, in: vectors))
      #expect(abs(Double(told.mean) - mean) < 1e-5)
      #expect(abs(Double(told.deviation) - deviation) < 1e-5)
    }
  }

  @Test("what is typical is the mean over all vectors")
  func typical() throws {
    let vectors = Vectors.uniform(count: 120, dimension: 9, seed: 6)
    let moments = try #require(SimilarityMoments(of: vectors))
    let each = vectors.keys.indices.map {
      meanAndDeviation(similarities(to: vectors.vector($0), in: vectors))
    }
    let mean = each.reduce(0) { $0 + $1.mean } / 120
    let variance = each.reduce(0) { $0 + $1.deviation * $1.deviation } / 120
    #expect(abs(Double(moments.typical.mean) - mean) < 1e-5)
    #expect(abs(Double(moments.typical.deviation) - variance.squareRoot()) < 1e-4)
  }

  @Test("the vector that is similar to all is the most central, one that is to none the least")
  func centrality() throws {
    let vectors = Vectors.uniform(count: 200, dimension: 8, seed: 7)
    let moments = try #require(SimilarityMoments(of: vectors))
    let length = moments.mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let hub = moments.mean.map { $0 / length }
    #expect(moments.centrality(of: hub) > 0.97)
    #expect(moments.centrality(of: hub.map { -$0 }) < 0.03)
  }

  @Test("are kept in the search file, but for long vectors and single ones")
  func file() throws {
    let folder = TemporaryFolder()
    for (count, dimension, isKept) in [
      (5, 12, true), (1, 12, false), (0, 12, false), (3, 1_025, false),
    ] {
      let vectors = Vectors.uniform(count: count, dimension: dimension, seed: 8)
      let path = try vectors.written(to: folder.path.appending("file"))
      let moments = try SearchFile(path, resident: false).moments()
      #expect(moments == (isKept ? SimilarityMoments(of: vectors) : nil))
      #expect((moments != nil) == isKept)
    }
  }
}

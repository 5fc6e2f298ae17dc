import FileAccess
import TestSupport
import Testing
import VectorIndex

@Suite("Similarities of pairs")
struct PairDistributionTests {
  let folder = TemporaryFolder()

  @Test("need two vectors")
  func tooFew() throws {
    for count in 0...1 {
      let vectors = Vectors.uniform(count: count, dimension: 4, seed: 1)
      #expect(PairDistribution(of: vectors) == nil)
      let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: false)
      #expect(try file.pairDistribution() == nil)
    }
    #expect(PairDistribution(of: Vectors.uniform(count: 2, dimension: 4, seed: 1)) != nil)
  }

  @Test("rank a similarity by the share of pairs below it", arguments: [2, 3, 40, 150])
  func share(count: Int) throws {
    let vectors = Vectors.uniform(count: count, dimension: 16, seed: UInt64(count))
    let distribution = try #require(PairDistribution(of: vectors))
    var pairs: [Float] = []
    for left in 0..<count {
      for right in (left + 1)..<count {
        pairs.append(cosineSimilarity(vectors.vector(left), vectors.vector(right)))
      }
    }
    // All pairs are measured here: off by one step of a thousandth, or one pair, at the most.
    let slack = 0.1 + 100 / Double(pairs.count)
    for similarity in stride(from: Float(-1), through: 1, by: 0.01) {
      let wanted = Double(pairs.count { $0 < similarity }) / Double(pairs.count) * 100
      #expect(abs(distribution.percentile(of: similarity) - wanted) <= slack)
    }
  }

  @Test("never rank a greater similarity lower, and stay in 0 to 100")
  func monotonic() throws {
    let vectors = Vectors.clustered(count: 400, dimension: 8, clusters: 5, spread: 0.5, seed: 4)
    let distribution = try #require(PairDistribution(of: vectors))
    var last = 0.0
    for similarity in stride(from: Float(-1.1), through: 1.1, by: 0.000_5) {
      let percentile = distribution.percentile(of: similarity)
      #expect(percentile >= last && percentile <= 100)
      last = percentile
    }
    #expect(distribution.percentile(of: -1.5) == 0)
    #expect(distribution.percentile(of: 1.5) == 100)
  }

  @Test("of many vectors are drawn, close to all of them and the same each time")
  func sampled() throws {
    let vectors = Vectors.clustered(count: 600, dimension: 8, clusters: 6, spread: 1, seed: 5)
    let distribution = try #require(PairDistribution(of: vectors))
    #expect(PairDistribution(of: vectors) == distribution)
    var pairs: [Float] = []
    for left in 0..<600 {
      for right in (left + 1)..<600 {
        pairs.append(cosineSimilarity(vectors.vector(left), vectors.vector(right)))
      }
    }
    pairs.sort()
    for percent in stride(from: 5, to: 100, by: 5) {
      let similarity = pairs[pairs.count * percent / 100]
      // 20,000 pairs: the standard error is at most 0.36 per cent.
      #expect(abs(distribution.percentile(of: similarity) - Double(percent)) < 2)
    }
  }

  @Test("of vectors that are all equal put everything below them at nothing")
  func equal() throws {
    let vectors = ExactSearch(
      dimension: 2, keys: Array(1...10), values: (0..<10).flatMap { _ in [1, 0] as [Float] })
    let distribution = try #require(PairDistribution(of: vectors))
    #expect(distribution.percentile(of: 0.99) == 0)
    #expect(distribution.percentile(of: 1) == 0)
    #expect(distribution.percentile(of: 1.01) == 100)
  }

  @Test("are kept in the search file")
  func kept() throws {
    for count in [2, 5, 300] {
      let vectors = Vectors.uniform(count: count, dimension: 4, seed: 6)
      let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: false)
      #expect(try file.pairDistribution() == PairDistribution(of: vectors))
    }
  }
}

import Recommendation
import TestSupport
import Testing

@Suite("Shares of a similarity")
struct SimilaritySharesTests {
  private typealias Pair = (agreements: [Float], similarity: Float)

  /// Pairs whose agreements are independent and whose similarity is a weighted sum of them, and noise.
  private func pairs(
    _ count: Int, weights: [Float], noise: Float = 0.1,
    change: (inout [Float]) -> Void = { _ in }
  ) -> [Pair] {
    var random = SplitMix64(seed: 5)
    return (0..<count).map { _ in
      var agreements = weights.map { _ in Float.random(in: -1...1, using: &random) }
      change(&agreements)
      let sum = zip(weights, agreements).reduce(Float(0.3)) { $0 + $1.0 * $1.1 }
      return (agreements, sum + noise * Float.random(in: -1...1, using: &random))
    }
  }

  private func agreements(_ values: [Float]) -> [Aspect: Float] {
    Dictionary(uniqueKeysWithValues: zip(Aspect.allCases, values))
  }

  @Test("with the base and the rest they add up to the similarity, whatever is known")
  func sum() throws {
    let model = try #require(
      SimilarityModel(pairs: pairs(500, weights: [0.1, 0.2, 0.05, 0, 0.1]) { $0[4] = $0[3] }))
    for known in 0..<32 {
      var all = agreements([0.9, -0.4, 0.3, 1, -1])
      for (place, aspect) in Aspect.allCases.enumerated() where known >> place & 1 == 0 {
        all[aspect] = nil
      }
      let shares = model.shares(of: 0.77, agreements: all)
      #expect(Set(shares.aspects.keys) == Set(all.keys))
      #expect(abs(shares.sum - 0.77) < 1e-6)
    }
  }

  @Test("of independent aspects each has what its weight makes of it")
  func independent() throws {
    let weights: [Float] = [0.1, 0.2, 0.05, 0, 0.1]
    let model = try #require(SimilarityModel(pairs: pairs(200_000, weights: weights)))
    let values: [Float] = [0.9, -0.4, 0.3, 1, -1]
    let shares = model.shares(of: 0.5, agreements: agreements(values))
    #expect(abs(shares.base - 0.3) < 0.005)
    for (place, aspect) in Aspect.allCases.enumerated() {
      let share = try #require(shares.aspects[aspect])
      #expect(abs(share - Double(weights[place] * values[place])) < 0.005, "\(aspect)")
    }
  }

  @Test("aspects that always go together share alike, and one that tells nothing has nothing")
  func symmetry() throws {
    let together = pairs(20_000, weights: [0.2, 0, 0, 0, 0]) { $0[1] = $0[0] }
    let model = try #require(SimilarityModel(pairs: together))
    let shares = model.shares(of: 0.5, agreements: agreements([0.8, 0.8, 0, 0.9, 0]))
    let (first, second) = (try #require(shares.aspects[.tempo]), shares.aspects[.key])
    #expect(abs(first - 0.08) < 0.005)
    #expect(abs(first - (second ?? 9)) < 1e-6)
    #expect(abs(shares.aspects[.brightness] ?? 9) < 0.005)
  }

  @Test("of two dependent aspects each has half of what is told by both orders")
  func dependent() throws {
    // The second is half the first and half something else: their correlation is 1 / √2.
    let made = pairs(200_000, weights: [0.1, 0.3, 0, 0, 0], noise: 0) {
      $0[1] = ($0[0] + $0[1]) / 2
    }
    let model = try #require(SimilarityModel(pairs: made))
    let shares = model.shares(of: 0, agreements: [.tempo: 0.6, .key: -0.2])
    // By hand, with variances 1/3 and 1/6 and covariance 1/6: tempo alone tells (0.1 + 0.3 / 2) · 0.6,
    // key alone (0.1 + 0.3) · -0.2, both 0.1 · 0.6 - 0.3 · 0.2.
    let (tempo, key, both) = (0.25 * 0.6, 0.4 * -0.2, 0.06 - 0.06)
    #expect(abs((shares.aspects[.tempo] ?? 9) - (tempo + both - key) / 2) < 0.003)
    #expect(abs((shares.aspects[.key] ?? 9) - (key + both - tempo) / 2) < 0.003)
  }

  @Test("an aspect in which all tracks agree alike tells nothing")
  func constant() throws {
    let model = try #require(
      SimilarityModel(pairs: pairs(500, weights: [0.1, 0.2, 0, 0, 0]) { $0[2] = 1 }))
    let shares = model.shares(of: 0.5, agreements: agreements([0.1, 0.2, -1, 0, 0]))
    #expect(shares.aspects[.loudness] == 0)
    #expect(abs(shares.sum - 0.5) < 1e-6)
  }

  @Test("few pairs are no ground to judge by")
  func few() {
    #expect(SimilarityModel(pairs: pairs(99, weights: [0, 0, 0, 0, 0])) == nil)
    #expect(SimilarityModel(pairs: pairs(100, weights: [0, 0, 0, 0, 0])) != nil)
  }
}

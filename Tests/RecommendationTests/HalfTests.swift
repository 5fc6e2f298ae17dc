import Catalogue
import Embedding
import Testing

@testable import Recommendation

@Suite("Halves of vectors")
struct HalfTests {
  private let halves = [
    VectorHalf(axis: .frequency, range: 0..<1), VectorHalf(axis: .time, range: 1..<2),
  ]

  /// Each number of these vectors is a half: 1 / √2 or its opposite.
  private func library() throws -> SmallLibrary { try SmallLibrary(angles: [45, 135, 225]) }

  private func recommender(_ library: SmallLibrary) throws -> Recommender {
    try Recommender(
      catalogue: library.catalogue, location: library.location, model: library.model, halves: halves
    )
  }

  @Test("each half is compared by itself, and both make the whole")
  func similarities() throws {
    let library = try library()
    let answer = try recommender(library).answer(Query(vector: SmallLibrary.vector(45)))
    #expect(answer.recommendations.map(\.track.number) == library.tracks)
    let halves = answer.recommendations.map(\.halfSimilarities)
    let expected: [(frequency: Float, time: Float)] = [(1, 1), (-1, 1), (-1, -1)]
    for (found, (half, expected)) in zip(answer.recommendations, zip(halves, expected)) {
      #expect(half[.frequency] == expected.frequency)
      #expect(half[.time] == expected.time)
      #expect(abs(found.similarity - (expected.frequency + expected.time) / 2) < 1e-6)
      #expect(found.percentile != nil)
    }
  }

  @Test("weights move what is near")
  func weights() throws {
    let library = try library()
    let query = Query(
      vector: SmallLibrary.vector(45), weights: [.time: 3, .frequency: 1])
    let found = try recommender(library).answer(query).recommendations
    #expect(found.count == 3)
    for (found, expected) in zip(found, [1, 0.5, -1] as [Float]) {
      #expect(abs(found.similarity - expected) < 1e-6)
      #expect(found.percentile == nil)
    }
    let other = Query(vector: SmallLibrary.vector(45), weights: [.time: 0])
    let reordered = try recommender(library).answer(other).recommendations
    #expect(reordered.map(\.similarity).map { $0.rounded() } == [1, -1, -1])
  }

  @Test("a mean of several songs counts both halves alike")
  func balanced() {
    let vector = halves.balanced([0.1, 0.9])
    #expect(abs(vector[0] - Float(0.5).squareRoot()) < 1e-6)
    #expect(abs(vector[1] - Float(0.5).squareRoot()) < 1e-6)
    #expect(halves.balanced([0, 2])[0] == 0)
    #expect([VectorHalf]().balanced([0.1, 0.9]) == [0.1, 0.9])
  }

  @Test("without halves there are no similarities of halves")
  func none() throws {
    let library = try library()
    let answer = try library.recommender().answer(Query(vector: SmallLibrary.vector(45)))
    #expect(answer.recommendations.allSatisfy { $0.halfSimilarities.isEmpty })
  }
}

import TestSupport
import Testing
import VectorIndex

@Suite("Exact search")
struct ExactSearchTests {
  @Test("is the order of all cosines")
  func definition() {
    for (dimension, seed) in [(1, 1), (3, 2), (8, 3), (67, 4)] as [(Int, UInt64)] {
      let vectors = Vectors.uniform(count: 200, dimension: dimension, seed: seed)
      var random = SplitMix64(seed: seed + 10)
      let query = Vectors.unit(dimension, using: &random)
      let found = vectors.nearest(to: query, count: 200)
      #expect(found.count == 200)
      #expect(Set(found.map(\.key)) == Set(vectors.keys))
      for neighbour in found {
        let row = Int(neighbour.key) / 3 - 1
        let wanted = zip(vectors.vector(row), query).reduce(0.0) {
          $0 + Double($1.0) * Double($1.1)
        }
        #expect(abs(Double(neighbour.similarity) - wanted) < 1e-6)
      }
      #expect(
        zip(found, found.dropFirst()).allSatisfy {
          $0.similarity > $1.similarity || $0.similarity == $1.similarity && $0.key < $1.key
        })
      for count in [0, 1, 10, 199] {
        #expect(vectors.nearest(to: query, count: count) == Array(found.prefix(count)))
      }
      #expect(vectors.nearest(to: query, count: .max) == found)
      #expect(vectors.nearest(to: query, count: -1).isEmpty)
    }
  }

  @Test("finds a vector itself first, at a similarity of 1")
  func itself() throws {
    let vectors = Vectors.uniform(count: 50, dimension: 32, seed: 8)
    for row in 0..<50 {
      let first = try #require(vectors.nearest(to: vectors.vector(row), count: 1).first)
      #expect(first.key == vectors.keys[row])
      #expect(abs(first.similarity - 1) < 1e-6)
    }
  }

  @Test("gives equal vectors by their keys, whatever their order")
  func ties() {
    let vectors = ExactSearch(
      dimension: 2, keys: [9, 2, 5, -1], values: [1, 0, 1, 0, 0, 1, 1, 0])
    #expect(vectors.nearest(to: [1, 0], count: 3).map(\.key) == [-1, 2, 9])
    #expect(vectors.nearest(to: [1, 0], count: 2, excluding: [2]).map(\.key) == [-1, 9])
  }

  @Test("leaves out what is excluded and nothing else")
  func exclusion() {
    let vectors = Vectors.uniform(count: 60, dimension: 8, seed: 9)
    let query = vectors.vector(0)
    let all = vectors.nearest(to: query, count: 60)
    let excluded = Set(all.prefix(40).map(\.key))
    #expect(vectors.nearest(to: query, count: 10, excluding: excluded) == Array(all[40..<50]))
    #expect(vectors.nearest(to: query, count: 10, excluding: Set(vectors.keys)).isEmpty)
    #expect(vectors.nearest(to: query, count: 60, excluding: [-5]) == all)
  }

  @Test("has nothing to find among no vectors")
  func empty() {
    let vectors = ExactSearch(dimension: 4, keys: [], values: [])
    #expect(vectors.nearest(to: [1, 0, 0, 0], count: 5).isEmpty)
  }

  @Test("among vectors of other lengths is a mistake of the program")
  func lengths() async {
    await #expect(processExitsWith: .failure) {
      _ = ExactSearch(dimension: 2, keys: [1], values: [1])
    }
    await #expect(processExitsWith: .failure) {
      _ = ExactSearch(dimension: 2, keys: [1], values: [1, 0]).nearest(to: [1], count: 1)
    }
  }
}

import FileAccess
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Vectors of sections behind those of wholes")
struct SectionRowsTests {
  let folder = TemporaryFolder()

  /// Wholes 3, 6, 9, …, every fourth of which has three sections.
  private func collection(wholes: Int, dimension: Int = 9) -> ExactSearch {
    let plain = Vectors.uniform(count: wholes, dimension: dimension, seed: 5)
    let owners = plain.keys.enumerated().filter { $0.offset % 4 == 1 }.map(\.element)
    let keys = owners.flatMap { owner in
      [0, 120, 7_200].map { SectionKey.key(owner: owner, start: $0) }
    }
    let others = Vectors.uniform(count: keys.count, dimension: dimension, seed: 6)
    return ExactSearch(
      dimension: dimension, keys: plain.keys + keys, values: plain.values + others.values)
  }

  @Test("have keys that tell whose section it is and where it begins")
  func keys() {
    #expect(SectionKey.start(of: 7) == nil)
    #expect(SectionKey.owner(of: 7) == 7)
    for (owner, start) in [(0, 0), (7, 0), (1 << 40 - 1, 1 << 23 - 2)] as [(Int64, Int)] {
      let key = SectionKey.key(owner: owner, start: start)
      #expect(key > owner)
      #expect(SectionKey.owner(of: key) == owner)
      #expect(SectionKey.start(of: key) == start)
    }
    for key in [Int64.min, -1] {
      #expect(SectionKey.owner(of: key) == key)
      #expect(SectionKey.start(of: key) == nil)
    }
    #expect(SectionKey.owner(of: .max) == 1 << 40 - 1)
  }

  @Test("are counted apart", arguments: [0, 1, 2, 5, 64, 300])
  func counts(wholes: Int) throws {
    let vectors = collection(wholes: wholes)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: false)
    #expect(vectors.wholeCount == wholes)
    #expect(try file.wholeCount() == wholes)
    #expect(file.count == vectors.keys.count)
  }

  @Test("are at hand for the answers of a search", arguments: [true, false])
  func vectorsOfAnswers(resident: Bool) throws {
    let vectors = collection(wholes: 600)
    let file = try SearchFile(
      vectors.written(to: folder.path.appending("file")), resident: resident)
    let query = vectors.vector(5)
    let found = try file.nearest(to: query, count: 50)
    #expect(found.contains { $0.sectionStart != nil } && found.contains { $0.sectionStart == nil })
    for neighbour in found {
      let vector = try #require(try file.vector(of: neighbour.with(similarity: 0)))
      #expect(abs(cosineSimilarity(vector, query) - neighbour.similarity) < 1e-6)
    }
    // Of another file, or found elsewhere, none is known.
    let fewer = Vectors.uniform(count: 3, dimension: 9, seed: 7)
    let other = try SearchFile(fewer.written(to: folder.path.appending("other")), resident: false)
    for neighbour in found where neighbour.key > 9 {
      #expect(try other.vector(of: neighbour) == nil)
    }
    #expect(try file.vector(of: Neighbour(key: 3, similarity: 1)) == nil)
  }

  @Test("do not count where the collection is measured")
  func measures() throws {
    let vectors = collection(wholes: 40)
    let wholes = Vectors.uniform(count: 40, dimension: 9, seed: 5)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: true)
    #expect(try file.pairDistribution() == PairDistribution(of: wholes))
    #expect(try file.moments() == SimilarityMoments(of: wholes))
    #expect(PairDistribution(of: vectors) == PairDistribution(of: wholes))
    #expect(SimilarityMoments(of: vectors) == SimilarityMoments(of: wholes))
  }

  @Test("are chosen and left out with their wholes", arguments: [8, 900])
  func filters(wholes: Int) throws {
    let vectors = collection(wholes: wholes)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: true)
    let query = vectors.vector(wholes + 1)
    let all = try file.nearest(to: query, count: 5)
    #expect(all == vectors.nearest(to: query, count: 5))
    let first = try #require(all.first)
    #expect(first.key == 6 && first.sectionStart == 120)
    let chosen = try file.rows(of: [6, 9, 18])
    #expect(chosen == vectors.rows(of: [18, 9, 6]))
    #expect(chosen.count == 9)
    let among = try file.nearest(to: query, count: 20, among: chosen)
    #expect(Set(among.map(\.key)) == [6, 9, 18])
    #expect(among.count == 9)
    for found in [
      try file.nearest(to: query, count: 600, excluding: [6]),
      vectors.nearest(to: query, count: 600, excluding: [6]),
    ] {
      #expect(!found.contains { $0.key == 6 })
    }
  }

  @Test("of what is left out push nothing else out", arguments: [true, false])
  func excludedSections(resident: Bool) throws {
    var random = SplitMix64(seed: 8)
    let wholes = (0..<2_000).map { _ in Vectors.unit(32, using: &random) }
    let query = Vectors.unit(32, using: &random)
    func near(_ noise: Float) -> [Float] {
      Vectors.normalised(zip(query, Vectors.unit(32, using: &random)).map { $0 + noise * $1 })
    }
    let sections = (0..<100).map { _ in near(0.2) } + [near(1)]
    let vectors = ExactSearch(
      dimension: 32,
      keys: wholes.indices.map { Int64(3 * $0 + 3) }
        + sections.indices.map {
          SectionKey.key(owner: $0 < 100 ? 6 : 9, start: 120 * $0)
        }, values: (wholes + sections).flatMap { $0 })
    let file = try SearchFile(
      vectors.written(to: folder.path.appending("file")), resident: resident)
    for count in [1, 10, 50] {
      let expected = vectors.nearest(to: query, count: count, excluding: [6])
      #expect(expected.first?.key == 9)
      #expect(try file.nearest(to: query, count: count, excluding: [6]) == expected)
    }
  }

  @Test("are told from the first rows by a set of rows", arguments: [0, 1, 15, 16, 17, 33, 64])
  func prefixes(count: Int) {
    let rows = RowSet(rowCount: 64, rows: stride(from: 0, to: 64, by: 3))
    let expected = rows.rows.filter { $0 < count }
    #expect(rows.prefix(count).rows == expected)
    #expect(rows.prefix(count).count == expected.count)
    #expect(RowSet(rowCount: 64, first: count).rows == Array(0..<count))
    #expect(RowSet(rowCount: 70, first: count) == RowSet(rowCount: 70, rows: 0..<count))
  }
}

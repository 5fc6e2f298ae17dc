import Catalogue
import FileAccess
import Recommendation
import TestSupport
import Testing

@Suite("Recommending tracks")
struct RecommenderTests {
  /// Eight tracks, further and further from the first, no two pairs of them equally far apart.
  private static let angles = [0.0, 10, 27, 48, 73, 102, 135, 172]
  let library: SmallLibrary

  init() throws { library = try SmallLibrary(angles: Self.angles) }

  private func numbers(_ answer: Answer) throws -> [Int] {
    try answer.recommendations.map { recommendation in
      try #require(library.tracks.firstIndex(of: recommendation.track.number))
    }
  }

  @Test("the nearest come first, with their cosine and their rank")
  func order() throws {
    let answer = try library.recommender().answer(Query(vector: SmallLibrary.vector(40), count: 5))
    #expect(try numbers(answer) == [3, 2, 1, 4, 0])
    #expect(answer.recommendations.map(\.rank) == [1, 2, 3, 4, 5])
    for (recommendation, angle) in zip(answer.recommendations, [8.0, 13, 30, 33, 40]) {
      #expect(abs(recommendation.similarity - SmallLibrary.vector(angle)[0]) < 1e-6)
    }
    #expect(answer.left.isEmpty)
    let first = try #require(answer.recommendations.first)
    #expect(first.track.path == FilePath("/music/3.mp3"))
    #expect(first.track.tags.title == "Piece 3")
  }

  @Test("no more than were asked for, and no more than there are")
  func count() throws {
    let recommender = try library.recommender()
    for (count, expected) in [(0, 0), (1, 1), (8, 8), (100, 8)] {
      let answer = try recommender.answer(Query(vector: SmallLibrary.vector(0), count: count))
      #expect(answer.recommendations.count == expected)
    }
  }

  @Test("the library's own copy is known by path and by sound")
  func own() throws {
    let recommender = try library.recommender()
    let (first, second) = (library.tracks[0], library.tracks[1])
    let absent = FilePath("/elsewhere/copy.mp3")
    #expect(try recommender.tracks(at: library.path(0), identity: nil) == [first])
    #expect(try recommender.tracks(at: absent, identity: library.identity(1)) == [second])
    // A file that changed since the library saw it: both its old track and its new sound.
    #expect(
      try recommender.tracks(at: library.path(0), identity: library.identity(1)) == [first, second])
    #expect(try recommender.tracks(at: absent, identity: library.identity(99)) == [])
    #expect(try recommender.tracks(at: absent, identity: nil) == [])
  }

  @Test("the own copy is left out and named, and the count is still reached")
  func left() throws {
    let query = Query(vector: SmallLibrary.vector(0), own: [library.tracks[0]], count: 7)
    let answer = try library.recommender().answer(query)
    #expect(try numbers(answer) == [1, 2, 3, 4, 5, 6, 7])
    #expect(answer.left.map(\.number) == [library.tracks[0]])
    #expect(answer.left.map(\.path) == [library.path(0)])
  }

  @Test("when asked to stay, the own copy comes first with a cosine of one")
  func includeSelf() throws {
    let query = Query(
      vector: SmallLibrary.vector(0), own: [library.tracks[0]], includesSelf: true, count: 3)
    let answer = try library.recommender().answer(query)
    #expect(try numbers(answer) == [0, 1, 2])
    #expect(try #require(answer.recommendations.first).similarity >= 0.999)
    #expect(answer.left.isEmpty)
  }

  @Test("tracks that are missing are passed over, and the count is reached with others")
  func missing() throws {
    try library.lose([0, 1, 2, 4])
    let recommender = try library.recommender()
    let query = SmallLibrary.vector(0)
    for count in 1...4 {
      let answer = try recommender.answer(Query(vector: query, count: count))
      #expect(try numbers(answer) == Array([3, 5, 6, 7].prefix(count)))
      #expect(answer.recommendations.map(\.rank) == Array(1...count))
    }
    #expect(try recommender.answer(Query(vector: query, count: 5)).recommendations.count == 4)
    // A track is there as long as one file of it is.
    try library.catalogue.record(
      FileStamp(path: FilePath("/copy.mp3"), size: 1, modified: 1), holding: library.tracks[0],
      tags: TagRecord())
    let first = try #require(
      try recommender.answer(Query(vector: query, count: 1)).recommendations.first)
    #expect(first.track.path == FilePath("/copy.mp3"))
  }

  @Test("hundreds of missing tracks do not hide the ones behind them")
  func manyMissing() throws {
    let large = try SmallLibrary(angles: (0..<200).map { Double($0) * 0.9 })
    try large.lose(0..<197)
    let answer = try large.recommender().answer(Query(vector: SmallLibrary.vector(0), count: 3))
    #expect(answer.recommendations.map(\.track.number) == Array(large.tracks.suffix(3)))
  }

  @Test("a percentile is the share of pairs that are less alike, and falls with the similarity")
  func percentile() throws {
    let answer = try library.recommender().answer(Query(vector: SmallLibrary.vector(0), count: 8))
    let percentiles = try answer.recommendations.map { try #require($0.percentile) }
    #expect(percentiles == percentiles.sorted(by: >))
    #expect(percentiles.allSatisfy { (0...100).contains($0) })
    #expect(percentiles.first == 100)
    #expect(percentiles.last == 0)
    // By counting: of the 28 pairs of angles, so many are further apart.
    let angles = Self.angles
    for (recommendation, angle) in zip(answer.recommendations, angles).dropFirst() {
      var further = 0
      for (place, left) in angles.enumerated() {
        for right in angles[(place + 1)...] where right - left > angle { further += 1 }
      }
      let share = 100 * Double(further) / 28
      #expect(abs(try #require(recommendation.percentile) - share) < 100 / 27 + 0.1)
    }
  }

  @Test("a library of one knows no percentile")
  func alone() throws {
    let alone = try SmallLibrary(angles: [30])
    let answer = try alone.recommender().answer(Query(vector: SmallLibrary.vector(0)))
    #expect(answer.recommendations.count == 1)
    #expect(answer.recommendations[0].percentile == nil)
  }

  @Test("an empty library answers with nothing")
  func empty() throws {
    let empty = try SmallLibrary(angles: [])
    let answer = try empty.recommender().answer(Query(vector: SmallLibrary.vector(0)))
    #expect(answer.recommendations.isEmpty && answer.left.isEmpty)
  }

  @Test("several tracks stand for the direction in their middle")
  func direction() throws {
    let recommender = try library.recommender()
    // 10° and 73° have 41.5° between them.
    let middle = try #require(
      try recommender.vector(of: [library.tracks[1], library.tracks[4]]))
    #expect(abs(middle[0] - SmallLibrary.vector(41.5)[0]) < 1e-6)
    #expect(abs(middle[1] - SmallLibrary.vector(41.5)[1]) < 1e-6)
    #expect(try recommender.vector(of: [library.tracks[2]]) == SmallLibrary.vector(27))
    #expect(try recommender.vector(of: [-5]) == nil)
    #expect(try recommender.vector(of: [-5, library.tracks[2]]) == SmallLibrary.vector(27))
    #expect(Recommender.direction(of: []) == nil)
    #expect(Recommender.direction(of: [[1, 0], [-1, 0]]) == nil, "they cancel out")
    let three = try #require(Recommender.direction(of: [[1, 0], [1, 0], [0, 1]]))
    #expect(abs(three[0] - 2 / Float(5).squareRoot()) < 1e-6)
    #expect(abs(three[1] - 1 / Float(5).squareRoot()) < 1e-6)
  }
}

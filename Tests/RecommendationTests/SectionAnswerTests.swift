import Catalogue
import Hashing
import Recommendation
import TestSupport
import Testing

@Suite("Answers found by a section")
struct SectionAnswerTests {
  /// The third of the tracks is long and wanders all over the circle.
  private let library: SmallLibrary
  private static let angles = [0.0, 20, 100, 130, 175]

  init() throws {
    library = try SmallLibrary(angles: Self.angles)
    try library.catalogue.record(
      [10.0, 60, 175].enumerated().map { number, angle in
        SectionRecord(
          start: 120 * number, seconds: 120 - number, vector: SmallLibrary.vector(angle))
      }, of: library.tracks[2], model: library.model)
  }

  private func answer(_ angle: Double, _ change: (inout Query) -> Void = { _ in }) throws -> Answer
  {
    var query = Query(vector: SmallLibrary.vector(angle), count: 5)
    change(&query)
    return try library.recommender().answer(query)
  }

  private func numbers(_ answer: Answer) -> [Int?] {
    answer.recommendations.map { library.tracks.firstIndex(of: $0.track.number) }
  }

  @Test("name it, once for each track")
  func sections() throws {
    let answer = try answer(58)
    #expect(numbers(answer) == [2, 1, 0, 3, 4])
    let sections = answer.recommendations.map(\.section)
    #expect(sections[0]?.start == 120 && sections[0]?.seconds == 119)
    #expect(sections.dropFirst().allSatisfy { $0 == nil })
    #expect(abs(answer.recommendations[0].similarity - SmallLibrary.vector(2)[0]) < 1e-5)
    #expect(try self.answer(101).recommendations[0].section == nil, "the whole is nearer")
    #expect(try self.answer(12).recommendations[0].section?.start == 0)
  }

  @Test("do not come from what was asked about")
  func own() throws {
    let track = library.tracks[2]
    #expect(try numbers(answer(60) { $0.own = [track] }) == [1, 0, 3, 4])
    #expect(try numbers(answer(60) { $0.leftOut = [track] }) == [1, 0, 3, 4])
    let all = try answer(100) {
      $0.own = [track]
      $0.includesSelf = true
    }
    #expect(numbers(all).first == 2)
    #expect(all.recommendations.first?.section == nil)
  }

  @Test("keep to the tracks that may be answers")
  func filters() throws {
    let answer = try answer(60) { $0.only = [library.tracks[2], library.tracks[4]] }
    #expect(numbers(answer) == [2, 4])
    #expect(answer.recommendations[0].section?.start == 120)
  }

  @Test("are damped as hubs by their own vectors")
  func hubs() throws {
    let many = try SmallLibrary(angles: (0..<60).map { Double($0) })
    // As a whole it lies in the middle of everything; its section is far from most.
    try many.catalogue.record(
      [SectionRecord(start: 240, seconds: 120, vector: SmallLibrary.vector(-40))],
      of: many.tracks[30], model: many.model)
    var query = Query(vector: SmallLibrary.vector(-38), count: 5)
    query.dampsHubs = true
    let answer = try many.recommender().answer(query)
    let first = try #require(answer.recommendations.first)
    #expect(first.track.number == many.tracks[30])
    #expect(first.section?.start == 240)
    #expect(abs(first.similarity - SmallLibrary.vector(2)[0]) < 1e-5)
    #expect(answer.recommendations[1].track.number == many.tracks[0])
  }

  @Test("what is unlike is so as a whole")
  func reversed() throws {
    let answer = try answer(355) { $0.isReversed = true }
    #expect(numbers(answer).first == 4)
    #expect(answer.recommendations.allSatisfy { $0.section == nil })
  }

  @Test("lists of tracks go by whole tracks")
  func lists() throws {
    let query = Query(vector: SmallLibrary.vector(60), count: 2)
    let radio = try library.recommender().radio(query, drift: 0)
    #expect(
      radio.map(\.track.number) == [library.tracks[1], library.tracks[2]]
        || radio.map(\.track.number) == [library.tracks[2], library.tracks[1]])
    #expect(radio.allSatisfy { $0.vector != SmallLibrary.vector(60) })
  }

  @Test("are counted as tracks: a library of one long track is one of one track")
  func percentiles() throws {
    let single = try SmallLibrary(angles: [30])
    try single.catalogue.record(
      [SectionRecord(start: 0, seconds: 120, vector: SmallLibrary.vector(90))],
      of: single.tracks[0], model: single.model)
    let answer = try single.recommender().answer(Query(vector: SmallLibrary.vector(80), count: 9))
    #expect(answer.recommendations.map(\.track.number) == single.tracks)
    #expect(answer.recommendations.map(\.percentile) == [nil])
    #expect(answer.recommendations.map { $0.section?.start } == [0])
  }
}

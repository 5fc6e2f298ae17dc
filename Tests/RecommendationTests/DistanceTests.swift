import Catalogue
import Embedding
import FileAccess
import Testing

@testable import Recommendation

@Suite("Euclidean distances")
struct DistanceTests {
  /// Two halves of two numbers each.
  private static let halves = [
    VectorHalf(axis: .time, range: 0..<2), VectorHalf(axis: .frequency, range: 2..<4),
  ]
  /// Points of a space of four dimensions, no two of them in the same direction.
  private static let points: [[Float]] = [
    [1, 0, 0, 2], [2, 1, 0, 4], [9, 1, 1, 9], [1, 0.5, 0, 2.5], [-1, 0, 0, -2], [3, 3, 3, 3],
  ]

  /// A library whose vectors are those points, each half normalised.
  private struct Points {
    let library: SmallLibrary
    let model: ModelRecord
    let tracks: [Int64]

    init(withLengths: Int = points.count) throws {
      library = try SmallLibrary(angles: Array(repeating: 0, count: points.count))
      let catalogue = library.catalogue
      model = try catalogue.record(
        model: SmallLibrary.digest(0xCD, 0), name: "four", dimension: 4)
      tracks = library.tracks
      for (number, point) in points.enumerated() {
        let lengths = DistanceTests.lengths(of: point)
        try catalogue.record(
          EmbeddingRecord(
            vector: DistanceTests.vector(of: point), lengths: number < withLengths ? lengths : [],
            excerptStart: 0, excerptSeconds: 30), of: tracks[number], model: model)
      }
    }

    func recommender() throws -> Recommender {
      try Recommender(
        catalogue: library.catalogue, location: library.location, model: model, halves: halves)
    }

    func query(_ point: [Float]) -> Query {
      var query = Query(vector: DistanceTests.vector(of: point))
      (query.metric, query.point) = (.euclidean, point)
      return query
    }
  }

  private static func length(_ values: ArraySlice<Float>) -> Float {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private static func lengths(of point: [Float]) -> [Float] {
    halves.map { length(point[$0.range]) }
  }

  private static func vector(of point: [Float]) -> [Float] {
    zip(halves, lengths(of: point)).flatMap { half, length in
      point[half.range].map { $0 / length * Float(0.5).squareRoot() }
    }
  }

  private static func distance(
    _ left: [Float], _ right: [Float], time: Float = 1, frequency: Float = 1
  ) -> Float {
    var square: Float = 0
    for place in 0..<4 {
      let weight = (place < 2 ? time : frequency) * 2 / (time + frequency)
      square += weight * (left[place] - right[place]) * (left[place] - right[place])
    }
    return square.squareRoot()
  }

  private func expectNearest(
    _ answer: Answer, _ points: Points, to query: [Float], among numbers: [Int],
    by distance: (Int) -> Float
  ) {
    let order = numbers.sorted { distance($0) < distance($1) }
    #expect(answer.recommendations.map(\.track.number) == order.map { points.tracks[$0] })
    for (found, number) in zip(answer.recommendations, order) {
      #expect(abs((found.distance ?? -1) - abs(distance(number))) < 1e-3)
    }
  }

  @Test("are those of the points that the vectors came from, and order the answer")
  func definition() throws {
    let points = try Points()
    let query: [Float] = [1, 0.25, -0.5, 2]
    let answer = try points.recommender().answer(points.query(query))
    expectNearest(answer, points, to: query, among: Array(Self.points.indices)) {
      Self.distance(query, Self.points[$0])
    }
    #expect(answer.unmeasured == 0)
    for found in answer.recommendations {
      let number = try #require(points.tracks.firstIndex(of: found.track.number))
      let cosine = zip(Self.vector(of: query), Self.vector(of: Self.points[number]))
        .reduce(Float(0)) { $0 + $1.0 * $1.1 }
      #expect(abs(found.similarity - cosine) < 1e-5, "the similarity is told beside it")
    }
  }

  @Test("count the halves by their weights")
  func weights() throws {
    let points = try Points()
    let query: [Float] = [1, 0.25, -0.5, 2]
    var asked = points.query(query)
    asked.weights = [.time: 3, .frequency: 0.5]
    let answer = try points.recommender().answer(asked)
    expectNearest(answer, points, to: query, among: Array(Self.points.indices)) {
      Self.distance(query, Self.points[$0], time: 3, frequency: 0.5)
    }
  }

  @Test("look at those tracks alone that may be answers, or for the farthest")
  func filters() throws {
    let points = try Points()
    let query = Self.points[0]
    var asked = points.query(query)
    asked.own = [points.tracks[0]]
    asked.only = Set([0, 1, 2, 5].map { points.tracks[$0] })
    expectNearest(
      try points.recommender().answer(asked), points, to: query, among: [1, 2, 5]
    ) { Self.distance(query, Self.points[$0]) }
    asked.only = nil
    asked.conditions = [try TrackCondition("artist=Late Band")]
    asked.isReversed = true
    expectNearest(
      try points.recommender().answer(asked), points, to: query, among: [2, 3, 4, 5]
    ) { -Self.distance(query, Self.points[$0]) }
  }

  @Test("leave out tracks of which nobody knows how long their vectors were, and count them")
  func unknown() throws {
    let points = try Points(withLengths: 4)
    let answer = try points.recommender().answer(points.query(Self.points[1]))
    #expect(answer.recommendations.count == 4)
    #expect(answer.unmeasured == 2)
    #expect(try points.recommender().point(of: [points.tracks[5]]) == nil)
  }

  @Test("begin at the mean of the points of several tracks")
  func mean() throws {
    let points = try Points()
    let mean = try #require(try points.recommender().point(of: points.tracks.prefix(2)))
    for (value, expected) in zip(mean, [1.5, 0.5, 0, 3] as [Float]) {
      #expect(abs(value - expected) < 1e-5)
    }
    #expect(Self.halves.point([1, 0, 0, 1], lengths: [1]) == nil)
    #expect([VectorHalf]().point([0.6, 0.8], lengths: [10]) == [6, 8])
    #expect(Recommender.mean(of: []) == nil)
  }
}

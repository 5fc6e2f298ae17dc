import Catalogue
import TestSupport
import Testing

@testable import Recommendation

@Suite("Lists")
struct ListTests {
  /// Irregular, so that no two steps are the same.
  private static let angles: [Double] = [
    0, 4, 9, 17, 22, 31, 38, 41, 53, 58, 66, 71, 83, 90, 140, 170,
  ]
  let library: SmallLibrary

  init() throws { library = try SmallLibrary(angles: Self.angles) }

  private func numbers(_ tracks: [ListedTrack]) throws -> [Int] {
    try tracks.map { try #require(library.tracks.firstIndex(of: $0.track.number)) }
  }

  private func query(_ own: [Int], count: Int) -> Query {
    Query(vector: [1, 0], own: Set(own.map { library.tracks[$0] }), count: count)
  }

  /// The sum of squared steps of a way through tracks.
  private func cost(_ way: [Int]) -> Double {
    zip(way, way.dropFirst()).reduce(0) {
      let step = Self.angles[$1.0] - Self.angles[$1.1]
      return $0 + step * step
    }
  }

  @Test("a path has the smallest sum of squared steps of all there are", arguments: 1...3)
  func bestPath(count: Int) throws {
    let stops = [0, 13].map { SmallLibrary.vector(Self.angles[$0]) }
    let legs = try library.recommender().path(through: stops, query([0, 13], count: count))
    #expect(legs.count == 1)
    let found = try numbers(legs[0])
    #expect(found.count == count)
    let others = Set(Self.angles.indices).subtracting([0, 13]).sorted()
    let all = Self.arrangements(of: others, count: count)
    let best = try #require(all.map { cost([0] + $0 + [13]) }.min())
    #expect(abs(cost([0] + found + [13]) - best) < 1e-2 * best)
  }

  private static func arrangements(of items: [Int], count: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return arrangements(of: items, count: count - 1).flatMap { start in
      items.filter { !start.contains($0) }.map { start + [$0] }
    }
  }

  @Test("a path through several songs gives longer legs more tracks, and no track comes twice")
  func legs() throws {
    let stops = [0, 13, 15].map { SmallLibrary.vector(Self.angles[$0]) }
    let legs = try library.recommender().path(through: stops, query([0, 13, 15], count: 9))
    #expect(legs.map(\.count) == [5, 4])
    let found = try legs.flatMap(numbers)
    #expect(Set(found).count == 9)
    #expect(!found.contains { [0, 13, 15].contains($0) })
  }

  @Test("a path in a library with too few tracks is as long as it can be")
  func shortPath() throws {
    let stops = [0, 13].map { SmallLibrary.vector(Self.angles[$0]) }
    let found = try library.recommender().path(through: stops, query([0, 13], count: 40))
    #expect(Set(try numbers(found[0])).count == 14)
    #expect(found[0].count == 14)
  }

  @Test("a path keeps to the caps and conditions")
  func cappedPath() throws {
    let stops = [0, 13].map { SmallLibrary.vector(Self.angles[$0]) }
    var capped = query([0, 13], count: 4)
    capped.perArtist = 1
    // One band has the first two tracks, another all others.
    #expect(try numbers(library.recommender().path(through: stops, capped)[0]).count <= 2)
    var limited = query([0, 13], count: 4)
    limited.only = Set([5, 6, 7, 8].map { library.tracks[$0] })
    let found = try numbers(library.recommender().path(through: stops, limited)[0])
    #expect(found.sorted() == [5, 6, 7, 8])
  }

  @Test("counts are shared in proportion, and none is lost")
  func shares() {
    #expect(Recommender.shares(of: 9, by: [90, 80]) == [5, 4])
    #expect(Recommender.shares(of: 3, by: [1, 1]) == [2, 1])
    #expect(Recommender.shares(of: 7, by: [0, 0, 0]) == [3, 2, 2])
    #expect(Recommender.shares(of: 0, by: [1, 2]) == [0, 0])
  }

  @Test("on the radio each track is the nearest to the one before that was not played")
  func radio() throws {
    let found = try numbers(library.recommender().radio(query([0], count: 10), drift: 1))
    var expected: [Int] = []
    var last = 0
    for _ in 0..<10 {
      let left = Self.angles.indices.filter { $0 != 0 && !expected.contains($0) }
      // Another band's track comes first, as long as there is one.
      let bands = { (number: Int) in number < 2 }
      let others = left.filter { expected.isEmpty || bands($0) != bands(last) }
      let choice = others.isEmpty ? left : others
      let next = try #require(
        choice.min {
          abs(Self.angles[$0] - Self.angles[last]) < abs(Self.angles[$1] - Self.angles[last])
        })
      expected.append(next)
      last = next
    }
    #expect(found == expected)
  }

  @Test(
    "a radio that may not drift stays around its beginning, and goes on as long as there are tracks"
  )
  func steadyRadio() throws {
    let found = try numbers(library.recommender().radio(query([0], count: 99), drift: 0))
    #expect(found.dropFirst().elementsEqual(2..<16))
    #expect(found.first == 1)
  }

  @Test("chance makes another radio for another seed, and the same for the same")
  func radioByChance() throws {
    func list(_ seed: UInt64) throws -> [Int] {
      var varied = query([0], count: 8)
      (varied.variety, varied.seed) = (1, seed)
      return try numbers(library.recommender().radio(varied, drift: 0.7))
    }
    #expect(try list(1) == list(1))
    #expect(try Set((1...5).map(list)).count > 1)
    #expect(try Set(list(3)).count == 8)
  }

  @Test("in a mix the songs take turns")
  func mixTurns() throws {
    let seeds = [0, 13].map { SmallLibrary.vector(Self.angles[$0]) }
    let found = try numbers(
      library.recommender().mix(of: seeds, diversity: 0, query([0, 13], count: 6)))
    #expect(found == [1, 12, 2, 11, 3, 10])
  }

  @Test("the more diverse a mix is to be, the farther apart are its tracks")
  func mixDiversity() throws {
    func spread(_ diversity: Double) throws -> Double {
      let seeds = [SmallLibrary.vector(45)]
      let found = try numbers(
        library.recommender().mix(of: seeds, diversity: diversity, query([], count: 4)))
      let angles = found.map { Self.angles[$0] }
      return (angles.max() ?? 0) - (angles.min() ?? 0)
    }
    #expect(try spread(0) < spread(0.5))
    #expect(try spread(0.5) < spread(1))
  }

  @Test("caps hold for mixes, and a mix may have the songs themselves where that is wanted")
  func mixCaps() throws {
    let seeds = [SmallLibrary.vector(0)]
    var capped = query([0], count: 6)
    capped.perArtist = 2
    #expect(
      try numbers(library.recommender().mix(of: seeds, diversity: 0, capped)) == [1, 2, 3])
    capped.includesSelf = true
    #expect(
      try numbers(library.recommender().mix(of: seeds, diversity: 0, capped)) == [0, 1, 2, 3])
  }

  @Test("tracks that no file holds are on no list")
  func missing() throws {
    try library.lose([5, 6])
    let recommender = try library.recommender()
    let stops = [0, 13].map { SmallLibrary.vector(Self.angles[$0]) }
    let path = try numbers(recommender.path(through: stops, query([0, 13], count: 12))[0])
    #expect(path.count == 12)
    #expect(!path.contains(5) && !path.contains(6))
    #expect(try numbers(recommender.listed(library.tracks[3...7])) == [3, 4, 7])
  }
}

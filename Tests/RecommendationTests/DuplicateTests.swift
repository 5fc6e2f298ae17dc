import Catalogue
import FileAccess
import Recommendation
import TestSupport
import Testing

@Suite("Tracks of one recording")
struct DuplicateTests {
  private static func items(seed: UInt64, flipped: Int = 0) -> [UInt32] {
    var random = SplitMix64(seed: seed)
    var items = (0..<200).map { _ in UInt32.random(in: .min ... .max, using: &random) }
    // So many bits in a hundred, the same ones and more when there are to be more.
    for place in items.indices {
      for bit in 0..<32 as Range<UInt32> where Int.random(in: 0..<100, using: &random) < flipped {
        items[place] ^= 1 << bit
      }
    }
    return items
  }

  /// A library whose vectors lie at these angles, with fingerprints.
  private func library(_ tracks: [(angle: Double, items: [UInt32])]) throws -> SmallLibrary {
    let library = try SmallLibrary(angles: tracks.map(\.angle))
    for (track, items) in zip(library.tracks, tracks.map(\.items)) {
      try library.catalogue.record(
        FingerprintRecord(algorithm: 1, excerptStart: 0, items: items), of: track)
    }
    return library
  }

  private func groups(_ library: SmallLibrary) throws -> [[FilePath]] {
    let search = DuplicateSearch(catalogue: library.catalogue, model: library.model)
    return try search.run().groups.map { $0.copies.map(\.track.path) }
  }

  @Test("are alike in fingerprint and vector; either alone does not do")
  func bothNeeded() throws {
    let library = try library([
      (0, Self.items(seed: 1)), (5, Self.items(seed: 1, flipped: 6)),
      // The fingerprint of the first with another sound, and the sound with another fingerprint.
      (90, Self.items(seed: 1)), (0, Self.items(seed: 2)),
    ])
    let search = DuplicateSearch(catalogue: library.catalogue, model: library.model)
    let findings = try search.run()
    #expect(findings.unprinted == 0)
    try #require(findings.groups.count == 1)
    let copies = findings.groups[0].copies
    #expect(copies.map(\.track.path) == [library.path(0), library.path(1)])
    #expect(copies[0].reason == nil)
    let (reason, original) = try #require(copies[1].reason)
    #expect(original == library.path(0))
    guard case .sameRecording(let evidence) = reason else {
      Issue.record("\(reason)")
      return
    }
    #expect(abs(evidence.agreement - 0.94) < 0.005)
    #expect(evidence.lengthDifference == 0)
    #expect(abs(evidence.similarity - 0.9962) < 1e-4)
  }

  @Test("are told from files of the very same sound, and count as there only where a file is")
  func sameSound() throws {
    let library = try library([(0, Self.items(seed: 1)), (90, Self.items(seed: 2))])
    try library.catalogue.record(
      FileStamp(path: FilePath("/a/copy.mp3"), size: 9, modified: 1), holding: library.tracks[1],
      tags: TagRecord(title: "Copy"))
    #expect(try groups(library) == [[FilePath("/a/copy.mp3"), library.path(1)]])
    let search = DuplicateSearch(catalogue: library.catalogue, model: nil)
    let findings = try search.run()
    #expect(findings.groups.count == 1)
    let (reason, original) = try #require(findings.groups[0].copies[1].reason)
    #expect(reason == .sameSound && original == FilePath("/a/copy.mp3"))
    #expect(findings.groups[0].copies[0].track.tags.title == "Copy")
    try library.lose([1])
    #expect(try groups(library) == [])
  }

  @Test("that hang together by way of another name the one they are most like")
  func chain() throws {
    // Each is 8 % of the bits from its neighbour; the ends are 16 % from each other.
    let library = try library([
      (0, Self.items(seed: 1)), (0, Self.items(seed: 1, flipped: 8)),
      (0, Self.items(seed: 1, flipped: 16)),
    ])
    let search = DuplicateSearch(catalogue: library.catalogue, model: library.model)
    let copies = try #require(try search.run().groups.first).copies
    #expect(copies.count == 3)
    #expect(copies[1].reason?.of == library.path(0))
    #expect(copies[2].reason?.of == library.path(1))
  }

  @Test("without fingerprints are counted")
  func unprinted() throws {
    let library = try SmallLibrary(angles: [0, 0, 10])
    try library.catalogue.record(
      FingerprintRecord(algorithm: 1, excerptStart: 0, items: []), of: library.tracks[0])
    let search = DuplicateSearch(catalogue: library.catalogue, model: library.model)
    #expect(try search.run().unprinted == 2)
    #expect(try search.run().groups.isEmpty)
  }

  @Test("are folded into one answer, and the query's own are left out")
  func collapsed() throws {
    let library = try library([
      (0, Self.items(seed: 1)), (1, Self.items(seed: 1)),
      (20, Self.items(seed: 2)), (21, Self.items(seed: 2)), (30, Self.items(seed: 3)),
      (40, Self.items(seed: 4)),
    ])
    let recommender = try library.recommender()
    var query = Query(
      vector: SmallLibrary.vector(0), own: [library.tracks[0]], count: 2)
    let plain = try recommender.answer(query)
    #expect(plain.recommendations.map(\.track.path) == [library.path(2), library.path(3)])
    #expect(plain.left.map(\.path) == [library.path(0), library.path(1)])
    #expect(plain.recommendations.allSatisfy { $0.duplicates.isEmpty })
    query.collapses = true
    let answer = try recommender.answer(query)
    #expect(answer.recommendations.map(\.track.path) == [library.path(2), library.path(4)])
    #expect(answer.recommendations.map(\.rank) == [1, 2])
    #expect(answer.recommendations[0].duplicates.map(\.path) == [library.path(3)])
    #expect(answer.left.map(\.path) == [library.path(0), library.path(1)])
    query.includesSelf = true
    let all = try recommender.answer(query)
    #expect(all.recommendations.map(\.track.path) == [library.path(0), library.path(2)])
    #expect(all.recommendations[0].duplicates.map(\.path) == [library.path(1)])
    #expect(all.left.isEmpty)
  }

  @Test("of what is on a list already are on no list")
  func lists() throws {
    let library = try library([
      (0, Self.items(seed: 1)), (1, Self.items(seed: 1)), (2, Self.items(seed: 2)),
      (3, Self.items(seed: 2)), (5, Self.items(seed: 3)), (9, Self.items(seed: 4)),
      (10, Self.items(seed: 4)),
    ])
    let recommender = try library.recommender()
    var query = Query(vector: SmallLibrary.vector(0), own: [library.tracks[0]], count: 9)
    let radio = try recommender.radio(query, drift: 1).map(\.track.path)
    #expect(radio == [2, 4, 5].map(library.path))
    let mix = try recommender.mix(of: [SmallLibrary.vector(0)], diversity: 0, query)
    #expect(mix.map(\.track.path) == [2, 4, 5].map(library.path))
    query.own.insert(library.tracks[6])
    let stops = [0.0, 10].map(SmallLibrary.vector)
    let path = try recommender.path(through: stops, query).flatMap { $0 }.map(\.track.path)
    #expect(path == [2, 4].map(library.path))
  }

  @Test("of a song that the library does not hold are known by what was heard of it")
  func heard() throws {
    let library = try library([
      (0, Self.items(seed: 1, flipped: 3)), (20, Self.items(seed: 2)),
    ])
    var query = Query(vector: SmallLibrary.vector(0), count: 5)
    query.collapses = true
    query.heard = [
      HeardSound(
        fingerprint: FingerprintRecord(
          algorithm: 1, excerptStart: 0, items: Self.items(seed: 1)),
        seconds: 30.5, vector: SmallLibrary.vector(0))
    ]
    let answer = try library.recommender().answer(query)
    #expect(answer.left.map(\.path) == [library.path(0)])
    #expect(answer.recommendations.map(\.track.path) == [library.path(1)])
  }

  @Test("all the same, so many that the answers must be looked for farther off")
  func manyCopies() throws {
    let copies = (0..<60).map { _ in (angle: 0.0, items: Self.items(seed: 1)) }
    let library = try library(copies + [(50, Self.items(seed: 2)), (60, Self.items(seed: 3))])
    var query = Query(vector: SmallLibrary.vector(-10), count: 3)
    query.collapses = true
    let answer = try library.recommender().answer(query)
    #expect(
      answer.recommendations.map(\.track.path)
        == [library.path(0), library.path(60), library.path(61)])
    #expect(answer.recommendations[0].duplicates.count == 59)
  }
}

import Catalogue
import FileAccess
import MusicLibrary
import TestSupport
import Testing
import VectorIndex

@testable import Recommendation

@Suite("The order of answers")
struct RankingTests {
  /// Ten tracks, from near to far; the first two are by one band, the others by another.
  private static let angles = (0..<10).map { 8.0 * Double($0) + 0.3 * Double($0 * $0) }
  let library: SmallLibrary

  init() throws {
    library = try SmallLibrary(angles: Self.angles)
    let catalogue = library.catalogue
    let tracks = library.tracks
    try catalogue.transaction { () throws(CatalogueError) in
      for (number, track) in tracks.enumerated() {
        var descriptors = DescriptorRecord(version: TrackDescriptors.version)
        descriptors[.tempo] = 80 + 10 * Double(number)
        descriptors[.energy] = 0.1 * Double(number)
        descriptors[.centroid] = 1_000 + 300 * Double(number)
        try catalogue.record(descriptors, of: track)
      }
    }
  }

  private func answer(_ change: (inout Query) throws -> Void) throws -> [Int] {
    var query = Query(vector: SmallLibrary.vector(0), own: [library.tracks[0]], count: 4)
    query.character.tempo = 80
    query.character.energy = 0
    query.character.brightness = 1_000
    try change(&query)
    return try library.recommender().answer(query).recommendations.map { recommendation in
      try #require(library.tracks.firstIndex(of: recommendation.track.number))
    }
  }

  @Test("is that of nearness where nothing else is asked for")
  func plain() throws { #expect(try answer { _ in } == [1, 2, 3, 4]) }

  @Test("of each artist come no more than wanted, and the count is still reached")
  func caps() throws {
    #expect(try answer { $0.perArtist = 1 } == [1, 2])
    #expect(try answer { $0.perArtist = 2 } == [1, 2, 3])
    #expect(try answer { ($0.perArtist, $0.includesSelf) = (2, true) } == [0, 1, 2, 3])
  }

  @Test("the farthest first where those are wanted")
  func reversed() throws {
    #expect(try answer { $0.isReversed = true } == [9, 8, 7, 6])
    var query = Query(vector: SmallLibrary.vector(0), count: 1)
    query.isReversed = true
    let found = try library.recommender().answer(query).recommendations
    let expected = SmallLibrary.vector(Self.angles[9])[0]
    #expect(abs(try #require(found.first).similarity - expected) < 1e-6)
  }

  @Test("conditions, directions, a choice and what is left out narrow the answer")
  func narrowed() throws {
    #expect(try answer { $0.conditions = [try TrackCondition("tempo=110..130")] } == [3, 4, 5])
    #expect(try answer { $0.directions = [.faster] } == [1, 2, 3, 4])
    #expect(try answer { $0.directions = [.slower] } == [])
    #expect(
      try answer {
        $0.character.tempo = 121
        $0.directions = [.faster, .moreEnergetic]
      } == [5, 6, 7, 8])
    #expect(
      try answer {
        ($0.character.energy, $0.character.brightness) = (0.6, 2_000)
        $0.directions = [.calmer, .brighter]
      } == [4, 5])
    #expect(try answer { $0.only = Set(library.tracks[5...]) } == [5, 6, 7, 8])
    #expect(try answer { $0.leftOut = Set(library.tracks[1...3]) } == [4, 5, 6, 7])
    #expect(
      try answer {
        $0.only = Set(library.tracks[5...])
        $0.conditions = [try TrackCondition("tempo!=..140")]
      } == [7, 8, 9])
  }

  @Test("agreement in tempo can outweigh the sound")
  func aspects() throws {
    #expect(
      try answer {
        $0.character.tempo = 140
        $0.aspects = [.tempo: 1_000]
        $0.count = 3
      } == [6, 7, 5])
    // A little of it leaves near what is near.
    #expect(try answer { $0.aspects = [.tempo: 0.1] } == [1, 2, 3, 4])
    // As (2 x similarity + agreement) / 3 has it: the seventh has nearly twice the tempo.
    #expect(try answer { $0.aspects = [.tempo: 1] } == [1, 2, 3, 7])
  }

  @Test(
    "agreement goes from 1 to -1, and is 0 for what is not known",
    arguments: [
      (Aspect.tempo, 1), (.key, 1), (.loudness, 1), (.brightness, 1), (.energy, 1),
    ] as [(Aspect, Float)])
  func agreement(aspect: Aspect, same: Float) {
    var song = SoundCharacter()
    (song.tempo, song.key, song.loudness) = (100, MusicalKey("C"), -10)
    (song.brightness, song.energy) = (1_000, 0.5)
    #expect(aspect.agreement(song, song) == same)
    #expect(aspect.agreement(song, SoundCharacter()) == 0)
    var other = SoundCharacter()
    (other.tempo, other.key, other.loudness) = (141.42, MusicalKey("D#m"), -30)
    (other.brightness, other.energy) = (2_100, 1)
    let apart = aspect.agreement(song, other)
    #expect(apart < -0.99 && apart == aspect.agreement(other, song))
    var octave = song
    octave.tempo = 200
    #expect(aspect != .tempo || abs(aspect.agreement(song, octave) - 0.5) < 1e-6)
  }

  @Test("chance gives the same list for the same seed, and another for another")
  func variety() throws {
    let lists = try (0..<12).map { seed in
      try answer { ($0.variety, $0.seed, $0.count) = (1, UInt64(seed), 5) }
    }
    let again = try (0..<12).map { seed in
      try answer { ($0.variety, $0.seed, $0.count) = (1, UInt64(seed), 5) }
    }
    #expect(lists == again)
    #expect(Set(lists).count > 6)
    // A little chance leaves near what is near.
    let near = try (0..<20).map { seed in
      try answer { ($0.variety, $0.seed, $0.count) = (0.05, UInt64(seed), 1) }[0]
    }
    #expect(near.allSatisfy { $0 <= 3 })
  }

  @Test("discovery goes from what was played often to what was not")
  func discovery() throws {
    let plays = [0, 1, 9, 2, 8, 3, 7, 4, 6, 5]
    try library.catalogue.record(
      library.tracks.enumerated().filter { plays[$0.offset] > 0 }.map { number, track in
        ListenRecord(track: track, kind: .played, time: 0, count: plays[number])
      })
    #expect(try answer { $0.discovery = 0.5 } == [1, 2, 3, 4])
    let known = try answer { ($0.discovery, $0.count) = (0, 9) }
    let niche = try answer { ($0.discovery, $0.count) = (1, 9) }
    #expect(known[0] == 2 && niche[0] == 1)
    // What was played eight times moves down, what was played twice moves up.
    #expect(try #require(known.firstIndex(of: 4)) < #require(niche.firstIndex(of: 4)))
    #expect(try #require(known.firstIndex(of: 3)) > #require(niche.firstIndex(of: 3)))
    // Where nothing was ever played, what is similar to all stands for it.
    let unheard = try SmallLibrary(angles: Self.angles)
    var query = Query(vector: SmallLibrary.vector(0), count: 10)
    query.discovery = 0
    #expect(try unheard.recommender().answer(query).recommendations.count == 10)
  }

  @Test("a hub has to be more similar than others to come as early")
  func hubs() throws {
    // 300 directions, a query among them, a hub in the middle of all, and one just less near.
    var random = SplitMix64(seed: 4)
    let dimension = 24
    let unit = { (values: [Float]) -> [Float] in
      let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return values.map { $0 / length }
    }
    let middle = unit((0..<dimension).map { _ in Float.random(in: -1...1, using: &random) })
    let others = (0..<300).map { _ in
      unit(middle.map { 0.5 * $0 * 3 + Float.random(in: -1...1, using: &random) * 0.5 })
    }
    let vectors = ExactSearch(
      dimension: dimension, keys: others.indices.map { Int64($0) }, values: others.flatMap { $0 })
    let moments = try #require(SimilarityMoments(of: vectors))
    let query = others[0]
    let proximity = MutualProximity(moments, query: query)
    let hub = middle
    let similarity = cosineSimilarity(query, hub)
    // A track as near as the hub, but otherwise far from all.
    let away = unit(zip(query, middle).map { 2 * $0 - $1 })
    #expect(proximity.damped(similarity, to: hub) < proximity.damped(similarity, to: away))
    // Nearer is nearer still.
    let values = stride(from: Float(-1), through: 1, by: 0.05).map {
      proximity.damped($0, to: hub)
    }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(zip(values, values.dropFirst()).suffix(20).allSatisfy { $0 < $1 })
  }
}

@Suite("Artists and genres that sound alike")
struct GroupTests {
  /// Artists by the angles of their tracks; the last is wide.
  private let artists: [(name: String, angles: [Double])] = [
    ("Seed", [0, 4]), ("Near", [10, 14, 18]), ("Middle", [40, 44]), ("Far", [120, 124]),
    ("Wide", [-50, 50, 20, -10]), ("Single", [16]),
  ]

  private func library() throws -> SmallLibrary {
    let library = try SmallLibrary(angles: artists.flatMap(\.angles))
    let catalogue = library.catalogue
    var number = 0
    for (name, angles) in artists {
      for place in angles.indices {
        // The first of each is written in another way.
        let label = place == 0 && angles.count > 2 ? name.uppercased() : name
        try catalogue.record(
          FileStamp(path: library.path(number), size: 1, modified: 1),
          holding: library.tracks[number],
          tags: TagRecord(artist: label, genre: "G\(name.count % 2)"))
        number += 1
      }
    }
    return library
  }

  @Test("the nearest come first, without the own one, each by the name that most tracks have")
  func artistsInOrder() throws {
    let library = try library()
    let search = GroupSearch(catalogue: library.catalogue, model: library.model)
    let seeds = Set(library.tracks[..<2])
    let found = try search.nearest(
      .artist, to: SmallLibrary.vector(2), seeds: seeds, count: 10)
    #expect(Set(found.map(\.name)) == ["Near", "Middle", "Far", "Wide", "Single"])
    #expect(found.map(\.similarity) == found.map(\.similarity).sorted(by: >))
    #expect(found.allSatisfy { $0.similarity > 0 && $0.similarity <= 1 })
    let places = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1.name, $0) })
    #expect(try #require(places["Near"]) < #require(places["Middle"]))
    #expect(places["Far"] == 4)
    // As far off on the whole as Middle, but some of it is right there.
    #expect(try #require(places["Wide"]) < #require(places["Middle"]))
    #expect(found.first { $0.name == "Near" }?.tracks == Array(library.tracks[2..<5]))
    let cosine = try #require(found.first { $0.name == "Single" }).cosine
    #expect(abs(cosine - SmallLibrary.vector(14)[0]) < 1e-3)
    #expect(try search.nearest(.artist, to: SmallLibrary.vector(2), seeds: [], count: 2).count == 2)
  }

  @Test("genres are groups too, and none is left out that has more than the seeds' tracks alone")
  func genres() throws {
    let library = try library()
    let search = GroupSearch(catalogue: library.catalogue, model: library.model)
    let found = try search.nearest(
      .genre, to: SmallLibrary.vector(2), seeds: [library.tracks[0], library.tracks[7]], count: 10)
    #expect(found.count == 2 && Set(found.map(\.name)) == ["G0", "G1"])
  }

  @Test("numbers outside their range are not known")
  func outOfRange() {
    var record = DescriptorRecord(version: TrackDescriptors.version)
    record[.key] = 201
    record[.mode] = 1
    record[.centroid] = 1e300
    record[.tempo] = .nan
    record[.energy] = 0.5
    let character = SoundCharacter(record)
    #expect(character.key == nil && character.brightness == nil && character.tempo == nil)
    #expect(character.energy == 0.5)
  }
}

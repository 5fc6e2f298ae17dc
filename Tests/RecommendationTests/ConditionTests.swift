import Catalogue
import FileAccess
import MusicLibrary
import Testing

@testable import Recommendation

@Suite("Conditions for answers")
struct ConditionTests {
  @Test(
    "what is none is refused",
    arguments: [
      "", "tempo", "=1", "speed=1..2", "tempo=", "tempo=fast", "tempo=120", "tempo=2..1",
      "tempo=..",
      "tempo=nan..1", "year=a", "key=H", "key=", "duration=1:60..", "duration=a..b", "path=/",
      "genre=",
      "genre!=",
    ])
  func refused(_ text: String) {
    #expect(throws: TrackCondition.Failure.self) { try TrackCondition(text) }
  }

  @Test(
    "keys have many names",
    arguments: [
      ("C", 0, true), ("c major", 0, true), ("Am", 9, false), ("a minor", 9, false),
      ("F#", 6, true), ("f#m", 6, false), ("Bbm", 10, false), ("B♭ maj", 10, true),
      ("Cb", 11, true), ("8A", 9, false), ("8B", 0, true), ("9a", 4, false), ("1A", 8, false),
      ("12B", 4, true), ("major", nil, true), ("minor", nil, false), ("B", 11, true),
    ] as [(String, Int?, Bool)])
  func keys(_ text: String, tonic: Int?, isMajor: Bool) throws {
    let key = try #require(MusicalKey(text))
    #expect(key == MusicalKey(tonic: tonic, isMajor: isMajor))
  }

  @Test("keys that are none", arguments: ["", "H", "13A", "0B", "Cx", "C minor major", "m", "#"])
  func noKeys(_ text: String) { #expect(MusicalKey(text) == nil) }

  @Test("the wheel of fifths has neighbours and opposites")
  func wheel() throws {
    let key = { (text: String) in try #require(MusicalKey(text)) }
    let cases = [
      ("C", "C", 0), ("C", "G", 1), ("C", "F", 1), ("C", "Am", 1), ("Am", "Em", 1), ("C", "D", 2),
      ("C", "F#", 6), ("C", "D#m", 7), ("Am", "F#m", 3),
    ]
    for (left, right, distance) in cases {
      #expect(MusicalKey.distance(try key(left), try key(right)) == distance, "\(left) \(right)")
      #expect(MusicalKey.distance(try key(right), try key(left)) == distance, "\(right) \(left)")
    }
  }

  /// Four tracks, that came one after the other, of which the last has no labels, no descriptors and no
  /// time.
  private func facts() throws -> (TrackFacts, SmallLibrary) {
    let library = try SmallLibrary(angles: [])
    let catalogue = library.catalogue
    try catalogue.transaction { () throws(CatalogueError) in
      for number in 0..<4 {
        let track = try catalogue.record(
          SoundRecord(
            identity: SmallLibrary.digest(0x20, number), codec: "mp3", sampleRate: 44_100,
            channels: 2, seconds: [61, 200, 400, 30][number]),
          addedAt: number < 3 ? 1_000 * Int64(number + 1) : nil)
        let path = ["/m/Jazz/a.mp3", "/m/live/b.mp3", "/m/Jazz/live/c.flac", "/x/d.mp3"][number]
        let tags =
          number == 3
          ? TagRecord()
          : TagRecord(
            artist: ["Björk", "BJÖRK", "AC/DC"][number], album: "Album",
            genre: ["Jazz", "Rock; Pop", "rock"][number], year: [1959, 1980, 1980][number])
        try catalogue.record(
          FileStamp(path: FilePath(path), size: 1, modified: 1), holding: track, tags: tags)
        guard number < 3 else { continue }
        var descriptors = DescriptorRecord(version: TrackDescriptors.version)
        descriptors[.tempo] = [90, 120, 150][number]
        descriptors[.key] = [9, 0, 9][number]
        descriptors[.mode] = [0, 1, 1][number]
        descriptors[.loudness] = [-20, -10, -5][number]
        descriptors[.energy] = [0.2, 0.5, 0.9][number]
        try catalogue.record(descriptors, of: track)
        if number == 1 {
          try catalogue.record([ListenRecord(track: track, kind: .played, time: 0, count: 5)])
        }
      }
    }
    return (try TrackFacts(catalogue: catalogue, location: library.location), library)
  }

  @Test("find the tracks that meet them, and no others")
  func rows() throws {
    let (facts, library) = try facts()
    let check = ConditionCheck(facts: facts)
    let cases: [([String], [Int])] = [
      ([], [0, 1, 2, 3]), (["artist=björk"], [0, 1]), (["artist=AC/DC"], [2]),
      (["artist!=BJÖRK"], [2, 3]), (["genre=rock"], [1, 2]), (["genre=pop"], [1]),
      (["album=ALBUM"], [0, 1, 2]), (["year=1980"], [1, 2]), (["year=..1979"], [0]),
      (["year!=1980"], [0, 3]), (["tempo=100..150"], [1, 2]), (["tempo=..90"], [0]),
      (["tempo!=..90"], [1, 2, 3]), (["key=Am"], [0]), (["key=A"], [2]), (["key=minor"], [0]),
      (["key!=major"], [0, 3]), (["loudness=-12.."], [1, 2]), (["duration=1:00..3:20"], [0, 1]),
      (["duration=..60"], [3]), (["energy=0.5..1"], [1, 2]), (["plays=1.."], [1]),
      (["path=Jazz/"], [0, 2]), (["path=/m/Jazz/*"], [0]), (["path=*.mp3"], [0, 1, 3]),
      (["path=live/*.mp3"], [1]), (["path!=live/"], [0, 3]), (["path=/m/**/c.flac"], [2]),
      (["genre=rock", "tempo=130.."], [2]), (["genre=rock", "path=*.mp3", "year=1980"], [1]),
      (["tempo=100..", "tempo=..150"], [1, 2]), (["tempo=100..", "tempo!=..130"], [2]),
      (["year=1950..", "year!=1980"], [0]), (["year=1980.5.."], []),
      (["year=1979.5..1980.5"], [1, 2]),
      (["artist=nobody"], []), (["artist!=nobody"], [0, 1, 2, 3]),
    ]
    for (texts, expected) in cases {
      let conditions = try texts.map { try TrackCondition($0) }
      #expect(try check.rows(meeting: conditions) == expected, "\(texts)")
    }
    withExtendedLifetime(library) {}
  }

  @Test("tracks that came at a time or later are known, those of unknown time are none of them")
  func added() throws {
    let (facts, library) = try facts()
    let check = ConditionCheck(facts: facts)
    #expect(try check.rows(meeting: [], addedSince: 1) == [0, 1, 2])
    #expect(try check.rows(meeting: [], addedSince: 2_000) == [1, 2])
    #expect(try check.rows(meeting: [], addedSince: 2_001) == [2])
    #expect(try check.rows(meeting: [], addedSince: 3_001).isEmpty)
    #expect(try check.rows(meeting: [try TrackCondition("genre=pop")], addedSince: 2_000) == [1])
    withExtendedLifetime(library) {}
  }

  @Test("are seen on what is kept beside the library as on what is read from it")
  func kept() throws {
    let (made, library) = try facts()
    let kept = try TrackFacts(catalogue: library.catalogue, location: library.location)
    #expect(try kept.tracks() == made.tracks())
    let conditions = [
      try TrackCondition("path=Jazz/"), try TrackCondition("genre=rock"),
      try TrackCondition("tempo=100.."),
    ]
    #expect(try ConditionCheck(facts: kept).rows(meeting: conditions) == [2])
    #expect(try kept.plays(ofRows: [1]) == [5])
    // Damage anywhere gives the same, or is made again.
    let path = library.location.factsFile
    let whole = try ReadableFile(path).contents(limit: 1 << 20)
    for place in stride(from: 0, to: whole.count, by: 7) {
      var bytes = whole
      bytes[place] ^= 0x41
      try WrittenFile.replace(path, with: bytes)
      let facts = try TrackFacts(catalogue: library.catalogue, location: library.location)
      #expect(try facts.tracks() == made.tracks())
      #expect(try ConditionCheck(facts: facts).rows(meeting: conditions) == [2], "\(place)")
    }
    // A change of the library is seen.
    try library.lose([])
    let track = try made.tracks()[2]
    let file = try #require(try library.catalogue.file(at: FilePath("/m/Jazz/live/c.flac")))
    try library.catalogue.mark(files: [file.number], missingSince: 3)
    let later = try TrackFacts(catalogue: library.catalogue, location: library.location)
    #expect(try later.rows(of: [track]) == [nil] && later.count == 3)
  }
}

import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("Fingerprints in a library")
struct FingerprintTests {
  let library = Library()

  private func fingerprint(_ items: [UInt32], algorithm: Int = 1) -> FingerprintRecord {
    FingerprintRecord(algorithm: algorithm, excerptStart: 61.25, items: items)
  }

  @Test("come back bit for bit, with the length of their track")
  func roundTrip() throws {
    let catalogue = try library.writing()
    let items: [[UInt32]] = [[0, 1, .max, 0x0102_0304], [], [7]]
    var tracks: [Int64] = []
    for (number, items) in items.enumerated() {
      let track = try catalogue.add("/\(number)")
      try catalogue.record(fingerprint(items), of: track)
      tracks.append(track)
    }
    let bare = try catalogue.add("/bare")
    let reader = try library.reading()
    for (track, items) in zip(tracks, items) {
      #expect(try reader.fingerprint(of: track) == fingerprint(items))
    }
    #expect(try reader.fingerprint(of: bare) == nil)
    #expect(try reader.fingerprintedTracks(algorithm: 1) == Set(tracks))
    #expect(try reader.fingerprintedTracks(algorithm: 2) == [])
    var seen: [Int64] = []
    try reader.forEachFingerprint(algorithm: 1) { track, record, seconds in
      #expect(record.items == items[seen.count])
      #expect(seconds == 10)
      seen.append(track)
    }
    #expect(seen == tracks.sorted())
    #expect(try reader.presentTrackCount() == 4)
  }

  @Test("take the place of older ones, and are passed by where no file of the track is there")
  func replaced() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a")
    try catalogue.record(fingerprint([1, 2]), of: track)
    try catalogue.record(fingerprint([3], algorithm: 2), of: track)
    #expect(try catalogue.fingerprint(of: track) == fingerprint([3], algorithm: 2))
    var passed = 0
    try catalogue.forEachFingerprint(algorithm: 1) { _, _, _ in passed += 1 }
    #expect(passed == 0)
    try catalogue.forEachFingerprint(algorithm: 2) { _, _, _ in passed += 1 }
    #expect(passed == 1)
    let file = try #require(try catalogue.file(at: FilePath("/a")))
    try catalogue.mark(files: [file.number], missingSince: 5)
    try catalogue.forEachFingerprint(algorithm: 2) { _, _, _ in passed += 1 }
    #expect(passed == 1)
    #expect(try catalogue.presentTrackCount() == 0)
    #expect(try catalogue.generation() == 0, "no vector changed")
  }

  @Test("that were changed behind its back are refused, the others are not")
  func damage() throws {
    let catalogue = try library.writing()
    let tracks = try (0..<3).map { try catalogue.add("/\($0)") }
    for track in tracks { try catalogue.record(fingerprint([1, 2, 3]), of: track) }
    let raw = try RawDatabase(library.path)
    let changes = [
      "items = x'000000000000000000000000'", "checksum = checksum + 1", "items = x'01'",
      "items = zeroblob(100000)",
    ]
    for change in changes {
      try catalogue.record(fingerprint([1, 2, 3]), of: tracks[1])
      try raw.execute("UPDATE fingerprint SET \(change) WHERE track = \(tracks[1])")
      let code = Catalogue.code { () throws(CatalogueError) in
        _ = try catalogue.fingerprint(of: tracks[1])
      }
      #expect(code == .damaged, "\(change)")
      var passed: [Int64] = []
      let all = Catalogue.code { () throws(CatalogueError) in
        try catalogue.forEachFingerprint(algorithm: 1) { track, _, _ in passed.append(track) }
      }
      #expect(all == .damaged)
      #expect(passed == [tracks[0], tracks[2]])
    }
  }

  @Test("need a track")
  func noTrack() throws {
    let catalogue = try library.writing()
    #expect(
      Catalogue.code { () throws(CatalogueError) in
        try catalogue.record(fingerprint([1]), of: 99)
      } == .refused)
  }

  @Test("files that hold one sound are listed with their own labels, without those that are gone")
  func files() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/b", sound: "one", TagRecord(title: "B", year: 1999))
    try catalogue.add("/a", sound: "one", TagRecord(title: "A"))
    try catalogue.add("/c", sound: "two")
    #expect(try catalogue.tracksOfSeveralFiles() == [track])
    #expect(try catalogue.files(of: track).map(\.path) == [FilePath("/a"), FilePath("/b")])
    #expect(try catalogue.files(of: track).map(\.tags.title) == ["A", "B"])
    #expect(try catalogue.files(of: track).map(\.stamp.size) == [100, 100])
    let shown = try #require(try catalogue.track(track))
    let other = shown.asHeld(by: try catalogue.files(of: track)[1])
    #expect(other.path == FilePath("/b") && other.tags == TagRecord(title: "B", year: 1999))
    #expect(other.sound == shown.sound && other.number == track)
    let file = try #require(try catalogue.file(at: FilePath("/a")))
    try catalogue.mark(files: [file.number], missingSince: 5)
    #expect(try catalogue.tracksOfSeveralFiles() == [])
    #expect(try catalogue.files(of: track).map(\.path) == [FilePath("/b")])
  }
}

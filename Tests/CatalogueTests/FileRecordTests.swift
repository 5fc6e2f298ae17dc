import FileAccess
import Hashing
import TestSupport
import Testing

@testable import Catalogue

@Suite("Files and tracks of a library")
struct FileRecordTests {
  let library = Library()

  @Test("keep every field")
  func fields() throws {
    let catalogue = try library.writing()
    let sound = Library.sound("sound", seconds: 12.25)
    let track = try catalogue.record(sound)
    let tags = TagRecord(
      title: "T", artist: "Ä", album: "", genre: "Drum & Bass", year: -44, trackNumber: 7)
    let stamp = Library.stamp("/music/a.flac", size: 1 << 40, modified: -3)
    try catalogue.record(stamp, holding: track, tags: tags)
    let file = try #require(try catalogue.file(at: stamp.path))
    #expect(file.stamp == stamp)
    #expect(file.track == track)
    #expect(!file.isMissing)
    let record = try #require(try catalogue.track(track))
    #expect(record.number == track)
    #expect(record.sound == sound)
    #expect(record.tags == tags)
    #expect(record.path == stamp.path)
    #expect(!record.isMissing)
    #expect(try catalogue.track(identity: sound.identity) == track)
    #expect(try catalogue.file(at: FilePath("/other")) == nil)
    #expect(try catalogue.track(track + 1) == nil)
  }

  @Test("come back byte for byte, whatever the name")
  func names() throws {
    let catalogue = try library.writing()
    let names: [[UInt8]] = [
      [0xFF, 0xFE], Array("/a\nb".utf8), Array("/'; DROP TABLE file; --".utf8), [0xC3, 0x28],
      Array("/e\u{301}".utf8), Array("/\u{E9}".utf8), [], Array("/\u{1F3B5}".utf8),
      [UInt8](repeating: 0x80, count: 4_096),
    ]
    let track = try catalogue.record(Library.sound("s"))
    for (place, name) in names.enumerated() {
      let stamp = FileStamp(path: FilePath(bytes: name), size: place, modified: 0)
      if place % 2 == 0 {
        try catalogue.record(stamp, holding: track, tags: TagRecord())
      } else {
        try catalogue.record(stamp, failure: "x", reason: "y")
      }
    }
    let files = try library.reading().files()
    #expect(Set(files.keys.map(\.bytes)) == Set(names))
    for (place, name) in names.enumerated() {
      #expect(files[FilePath(bytes: name)]?.stamp.size == place)
      #expect(try catalogue.file(at: FilePath(bytes: name))?.stamp.path.bytes == name)
    }
    #expect(
      Set(try catalogue.failures().map(\.path.bytes))
        == Set(names.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)))
    #expect(try catalogue.isSound())
    #expect(try RawDatabase(library.path).textIsInStep())
  }

  @Test("are one for each path, with the last word on it")
  func upsert() throws {
    let catalogue = try library.writing()
    let first = try catalogue.add("/a", sound: "one", TagRecord(title: "Old"))
    let number = try #require(try catalogue.file(at: FilePath("/a"))).number
    let second = try catalogue.record(Library.sound("two"))
    try catalogue.record(
      Library.stamp("/a", size: 7, modified: 8), holding: second, tags: TagRecord(artist: "New"))
    let file = try #require(try catalogue.file(at: FilePath("/a")))
    #expect(file.number == number)
    #expect(file.stamp == Library.stamp("/a", size: 7, modified: 8))
    #expect(file.track == second)
    #expect(try catalogue.track(second)?.tags == TagRecord(artist: "New"))
    #expect(try catalogue.track(first) == nil, "no file holds it any more")
    #expect(try catalogue.track(identity: Library.digest("one")) == first, "but it is remembered")
    #expect(try catalogue.counts().tracks == 1)
  }

  @Test("of the same sound are one track, with the newest facts")
  func sameSound() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/b", sound: "s", TagRecord(title: "B"))
    #expect(try catalogue.add("/a", sound: "s", TagRecord(title: "A")) == track)
    #expect(try catalogue.track(track)?.path == FilePath("/a"))
    #expect(try catalogue.record(Library.sound("s", seconds: 99)) == track)
    #expect(try catalogue.track(track)?.sound.seconds == 99)
    let file = try #require(try catalogue.file(at: FilePath("/a")))
    try catalogue.mark(files: [file.number], missingSince: 1_000)
    #expect(try catalogue.track(track)?.path == FilePath("/b"), "one that is there comes first")
    #expect(try catalogue.track(track)?.isMissing == false)
    #expect(try catalogue.counts().tracks == 1)
  }

  @Test("that fail lose their track and words, and get them back when they are mended")
  func failure() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a", TagRecord(title: "Word"))
    try catalogue.record(Library.stamp("/a"), failure: "damaged", reason: "cut short")
    try catalogue.record(Library.stamp("/a"), failure: "notAudio", reason: "it's \"text\"")
    let failures = try catalogue.failures()
    #expect(failures.map(\.code) == ["notAudio"])
    #expect(failures.map(\.reason) == ["it's \"text\""])
    #expect(failures.map(\.path) == [FilePath("/a")])
    let file = try #require(try catalogue.file(at: FilePath("/a")))
    #expect(file.track == nil)
    #expect(try catalogue.failedFiles() == [file.number: "notAudio"])
    #expect(try catalogue.track(track) == nil)
    #expect(try catalogue.tracks(matching: "word", limit: 5).isEmpty)
    #expect(try catalogue.counts().failures == 1)
    try catalogue.add("/a", TagRecord(title: "Word"))
    #expect(try catalogue.failures().isEmpty)
    #expect(try catalogue.failedFiles().isEmpty)
    #expect(try catalogue.tracks(matching: "word", limit: 5) == [track])
  }

  @Test("that are gone are marked, and come back")
  func missing() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a")
    try catalogue.record(Library.stamp("/b"), failure: "damaged", reason: "r")
    let numbers = try catalogue.files().values.map(\.number)
    try catalogue.mark(files: numbers, missingSince: 1_000)
    #expect(try catalogue.files().values.allSatisfy(\.isMissing))
    #expect(try catalogue.track(track)?.isMissing == true)
    #expect(try catalogue.failures().isEmpty, "what is not there did not fail")
    #expect(try catalogue.counts() == counts(tracks: 1, files: 0, missing: 2, seconds: 10))
    try catalogue.mark(files: numbers, missingSince: nil)
    #expect(try catalogue.counts() == counts(tracks: 1, files: 2, failures: 1, seconds: 10))
    try catalogue.mark(files: numbers, missingSince: 1_000)
    try catalogue.add("/a")
    #expect(try catalogue.file(at: FilePath("/a"))?.isMissing == false)
  }

  private func counts(
    tracks: Int, files: Int, missing: Int = 0, failures: Int = 0, seconds: Double
  ) -> Catalogue.Counts {
    var counts = Catalogue.Counts()
    counts.tracks = tracks
    counts.files = files
    counts.missing = missing
    counts.failures = failures
    counts.seconds = seconds
    return counts
  }

  @Test("are counted")
  func counted() throws {
    let catalogue = try library.writing()
    for number in 0..<7 { try catalogue.add("/\(number)", sound: "sound \(number / 2)") }
    try catalogue.record(Library.stamp("/bad"), failure: "damaged", reason: "r")
    _ = try catalogue.record(Library.sound("in no file", seconds: 1_000))
    #expect(try catalogue.counts() == counts(tracks: 4, files: 8, failures: 1, seconds: 40))
  }

  @Test("hold no track that is not there, and say nothing of the attempt")
  func noTrack() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a", TagRecord(title: "Word"))
    // Not in a transaction: the steps must still be all or none.
    #expect(
      Catalogue.code { () throws(CatalogueError) in
        try catalogue.record(Library.stamp("/a"), holding: 12_345, tags: TagRecord(title: "New"))
      } == .refused)
    #expect(try catalogue.file(at: FilePath("/a"))?.track == track)
    #expect(try catalogue.tracks(matching: "word", limit: 5) == [track])
    #expect(try RawDatabase(library.path).textIsInStep())
  }

  @Test("are found by the first digits of their sound")
  func identityPrefix() throws {
    let catalogue = try library.writing()
    var tracks: [(String, Int64)] = []
    for number in 0..<300 {
      tracks.append(
        (
          Library.digest("\(number)").hexadecimal,
          try catalogue.add("/\(number)", sound: "\(number)")
        ))
    }
    for length in [1, 2, 3, 63, 64] {
      let prefix = String(tracks[17].0.prefix(length))
      let wanted = tracks.filter { $0.0.hasPrefix(prefix) }.map(\.1).sorted()
      #expect(try catalogue.tracks(identityPrefix: prefix, limit: 1_000) == wanted)
      #expect(try catalogue.tracks(identityPrefix: prefix.uppercased(), limit: 1_000) == wanted)
      #expect(try catalogue.tracks(identityPrefix: prefix, limit: 2) == Array(wanted.prefix(2)))
    }
    for prefix in ["", "g", "%", "_", "1_", "' OR 1 --", tracks[0].0 + "0", " 1", "１"] {
      #expect(try catalogue.tracks(identityPrefix: prefix, limit: 10).isEmpty)
    }
  }

  @Test("are listed by path, each once, but for those whose files are gone")
  func list() throws {
    let catalogue = try library.writing()
    let second = try catalogue.add("/b", TagRecord(artist: "B"))
    let first = try catalogue.add("/a", TagRecord(artist: "A"))
    try catalogue.record(Library.stamp("/c"), holding: first, tags: TagRecord())
    _ = try catalogue.add("/d")
    let gone = try #require(try catalogue.file(at: FilePath("/d")))
    try catalogue.mark(files: [gone.number], missingSince: 1_000)
    #expect(try catalogue.tracks().map(\.number) == [first, second])
    #expect(try catalogue.tracks().map(\.tags.artist) == ["A", "B"])
  }

  @Test("have descriptors, any of which may be absent")
  func descriptors() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a")
    #expect(try catalogue.descriptors(of: track) == nil)
    var record = DescriptorRecord(version: 3)
    try catalogue.record(record, of: track)
    #expect(try catalogue.descriptors(of: track) == record)
    for (place, descriptor) in Descriptor.allCases.enumerated() {
      record[descriptor] = descriptor.isWhole ? 1 : 0.125 * Double(place)
    }
    record[.loudness] = -23.1
    record[.flatness] = 1e-9
    try catalogue.record(record, of: track)
    #expect(try catalogue.descriptors(of: track) == record)
    #expect(try catalogue.describedTracks(version: 3) == [track])
    #expect(try catalogue.describedTracks(version: 2).isEmpty)
    #expect(try catalogue.tracksDescribed(beforeVersion: 3).isEmpty)
    #expect(try catalogue.tracksDescribed(beforeVersion: 4) == [track])
    var seen: [Int64: DescriptorRecord] = [:]
    try catalogue.forEachDescriptors { seen[$0] = $1 }
    #expect(seen == [track: record])
  }

  @Test("artists and genres are found whatever the case, also beyond ASCII")
  func namesInAnyCase() throws {
    let catalogue = try Library().writing()
    let track = try catalogue.add("/a", TagRecord(artist: "Björk", genre: "Éthio-Jazz"))
    let other = try catalogue.add("/b", TagRecord(artist: "BJÖRK"))
    #expect(try catalogue.tracks(artist: "bJÖRK") == [track, other])
    #expect(try catalogue.tracks(genre: "éthio-jazz") == [track])
    #expect(try catalogue.tracks(artist: "Bj%").isEmpty)
  }
}

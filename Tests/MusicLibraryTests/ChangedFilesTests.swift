import AudioDecoding
import Catalogue
import FileAccess
import MusicLibrary
import TestSupport
import Testing

@Suite("Files that change between two runs")
struct ChangedFilesTests {
  private static let clips = [
    "a.mp3": "ambient-2-under-the-ice.mp3", "b.mp3": "folk-2-three-apple-trees.mp3",
  ]
  let library: TestLibrary

  init() throws {
    library = try TestLibrary(Self.clips)
    try library.index()
  }

  /// An MP3 without its own labels and with an ID3v1 one.
  private static func retagged(_ bytes: [UInt8], title: String, artist: String) -> [UInt8] {
    var start = 0
    if bytes.starts(with: Array("ID3".utf8)) {
      start = 10 + bytes[6..<10].reduce(0) { $0 << 7 | Int($1) }
    }
    var end = bytes.count
    if bytes[(end - 128)...].starts(with: Array("TAG".utf8)) { end -= 128 }
    let field = { (text: String, length: Int) in
      Array(text.utf8) + [UInt8](repeating: 0, count: length - text.utf8.count)
    }
    return bytes[start..<end] + field("TAG", 3) + field(title, 30) + field(artist, 30)
      + field("", 30) + field("1987", 4) + field("", 30) + [17]
  }

  @Test("a file with another time is read again and its sound known again")
  func touched() throws {
    let vector = try library.vector("a.mp3")
    try library.touch("a.mp3")
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 1, known: 1))
    #expect(try library.file("a.mp3")?.stamp.modified == 1_000_000_000_000_000_005)
    #expect(try library.vector("a.mp3") == vector)
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2))
  }

  @Test("a renamed file and a moved one hold the tracks they held")
  func moved() throws {
    let tracks = (try library.track("a.mp3"), try library.track("b.mp3"))
    try library.move("a.mp3", to: "z.mp3")
    try library.move("b.mp3", to: "deep/er/b.mp3")
    #expect(try library.index() == IndexSummary(found: 2, known: 2, missing: 2))
    #expect(try library.track("z.mp3") == tracks.0)
    #expect(try library.track("deep/er/b.mp3") == tracks.1)
    #expect(try library.file("a.mp3")?.isMissing == true)
    let record = try library.catalogue.track(try #require(tracks.0))
    #expect(record?.path == library.path("z.mp3"))
    #expect(record?.isMissing == false)
    #expect(try library.catalogue.counts().tracks == 2)
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2))
  }

  @Test("new tags are read, and the sound is the one it was")
  func retagged() throws {
    let track = try #require(try library.track("a.mp3"))
    #expect(try library.catalogue.track(track)?.tags.title == "Under the Ice")
    #expect(try library.catalogue.tracks(matching: "under the ice", limit: 5) == [track])
    let bytes = try TestLibrary.bytes(of: "ambient-2-under-the-ice.mp3")
    try library.write(
      Self.retagged(bytes, title: "Another Name", artist: "Somebody"), as: FilePath("a.mp3"))
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 1, known: 1))
    #expect(try library.track("a.mp3") == track)
    let tags = try #require(try library.catalogue.track(track)).tags
    #expect((tags.title, tags.artist, tags.year) == ("Another Name", "Somebody", 1987))
    #expect((tags.album, tags.trackNumber) == (nil, nil))
    #expect(try library.catalogue.tracks(matching: "another name", limit: 5) == [track])
    #expect(try library.catalogue.tracks(matching: "under the ice", limit: 5).isEmpty)
  }

  @Test("a copy is one track with two paths, which stays while one of them does")
  func copied() throws {
    let track = try #require(try library.track("a.mp3"))
    try library.add("ambient-2-under-the-ice.mp3", as: "copy/0.mp3")
    #expect(try library.index() == IndexSummary(found: 3, unchanged: 2, known: 1))
    #expect(try library.track("copy/0.mp3") == track)
    #expect(try library.catalogue.counts().tracks == 2)
    try library.remove("a.mp3")
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2, missing: 1))
    let record = try #require(try library.catalogue.track(track))
    #expect(record.path == library.path("copy/0.mp3"))
    #expect(!record.isMissing)
  }

  @Test("copies that come together in a first run are one track, too")
  func copiesAtOnce() throws {
    let fresh = try TestLibrary()
    for name in ["1.mp3", "2.mp3", "3.mp3"] { try fresh.add("rock-3-long-road-out.mp3", as: name) }
    fresh.options.workers = 2
    let summary = try fresh.index()
    #expect(summary.analysed + summary.known == 3)
    #expect(try fresh.catalogue.counts().tracks == 1)
    #expect(try fresh.catalogue.counts().files == 3)
    #expect(try fresh.isSearchInStep())
  }

  @Test("a path that holds other music now holds another track")
  func replaced() throws {
    let track = try library.track("a.mp3")
    try library.add("house-2-car-deck.mp3", as: "a.mp3")
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 1, analysed: 1))
    let other = try #require(try library.track("a.mp3"))
    #expect(other != track)
    #expect(try library.catalogue.track(other)?.tags.title == "Car Deck")
    #expect(try library.isSearchInStep())
  }

  @Test("a deleted file is missing since that run, and back when it is back")
  func deleted() throws {
    let track = try #require(try library.track("a.mp3"))
    try library.move("a.mp3", to: "../kept.mp3")
    library.clock = 5_000
    #expect(try library.index() == IndexSummary(found: 1, unchanged: 1, missing: 1))
    #expect(try library.file("a.mp3")?.isMissing == true)
    #expect(try library.catalogue.track(track)?.isMissing == true)
    #expect(try library.catalogue.counts().missing == 1)
    #expect(
      try library.index() == IndexSummary(found: 1, unchanged: 1), "missing once, counted once")
    try library.move("../kept.mp3", to: "a.mp3")
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2))
    #expect(try library.track("a.mp3") == track)
    #expect(try library.catalogue.track(track)?.isMissing == false)
    #expect(try library.catalogue.counts().missing == 0)
  }

  @Test("what lies outside the folders of a run is left alone")
  func elsewhere() throws {
    let other = library.folder.path.appending("other")
    try FolderEntry.createFolders(other)
    try library.remove("a.mp3")
    #expect(try library.index([other]) == IndexSummary(found: 0))
    #expect(try library.file("a.mp3")?.isMissing == false)
  }

  @Test("music that became something else is no track any more, whatever its name")
  func ruined() throws {
    let names = ["song", "song.x", "song.mp3"]
    for name in names { try library.add("rock-1-copper-wire.mp3", as: name) }
    try library.index()
    for name in names { try library.write(Array("gone to text".utf8), as: FilePath(name)) }
    let summary = try library.index()
    #expect(summary.failed + summary.skipped == 3)
    for name in names {
      #expect(try library.track(name) == nil, "\(name)")
    }
    #expect(try library.index().failedBefore >= 1)
  }
}

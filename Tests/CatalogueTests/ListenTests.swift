import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("Listens and playlists")
struct ListenTests {
  let library = Library()

  @Test("plays add up, and a table that is read in twice counts once")
  func plays() throws {
    let catalogue = try library.writing()
    let (first, second) = (try catalogue.add("/a", sound: "a"), try catalogue.add("/b", sound: "b"))
    #expect(try catalogue.plays().isEmpty)
    let table = [
      ListenRecord(track: first, kind: .played, time: 100),
      ListenRecord(track: first, kind: .played, time: 200),
      ListenRecord(track: second, kind: .played, time: 0, count: 7),
      ListenRecord(track: second, kind: .listed, time: 300),
    ]
    for _ in 0..<2 {
      try catalogue.record(table)
      #expect(try catalogue.plays() == [first: 2, second: 7])
    }
    #expect(try catalogue.tracksHeard(since: 201) == [second])
    #expect(try catalogue.tracksHeard(since: 200) == [first, second])
    // When the seven were is not known.
    #expect(try catalogue.tracksHeard(since: 0) == [first, second])
    #expect(try catalogue.tracksHeard(since: 301).isEmpty)
  }

  @Test("it is known which tracks came when")
  func added() throws {
    let catalogue = try library.writing()
    let old = try catalogue.record(Library.sound("old"), addedAt: 1_000)
    let new = try catalogue.record(Library.sound("new"), addedAt: 2_000)
    let unknown = try catalogue.record(Library.sound("unknown"))
    // A second look does not make it new.
    #expect(try catalogue.record(Library.sound("old"), addedAt: 3_000) == old)
    for track in [old, new, unknown] {
      try catalogue.record(
        FileStamp(path: FilePath("/\(track)"), size: 1, modified: 1), holding: track,
        tags: TagRecord())
    }
    var times: [Int64: Int64?] = [:]
    try catalogue.forEachTrackFacts { times[$0.track] = $0.added }
    #expect(times == [old: 1_000, new: 2_000, unknown: nil])
  }

  @Test("what was listed and what lists are kept leaves the facts of all tracks as they are")
  func revision() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a", sound: "a")
    #expect(try !catalogue.knowsPlays())
    let before = try catalogue.revision()
    try catalogue.record([ListenRecord(track: track, kind: .listed, time: 300)])
    try catalogue.record(
      PlaylistRecord(name: "a", title: "A", recipe: [], refreshed: 1, tracks: [track]))
    #expect(try catalogue.removePlaylist(named: "a"))
    #expect(try catalogue.revision() == before)
    #expect(try !catalogue.knowsPlays())
    try catalogue.record([
      ListenRecord(track: track, kind: .listed, time: 400),
      ListenRecord(track: track, kind: .played, time: 400),
    ])
    #expect(try catalogue.revision() != before)
    #expect(try catalogue.knowsPlays())
  }

  @Test("play counts of tags are known as plays")
  func playsOfTags() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a", sound: "a")
    try catalogue.record(
      FileStamp(path: FilePath("/b"), size: 1, modified: 1), holding: track,
      tags: TagRecord(title: "B", plays: 12))
    #expect(try catalogue.knowsPlays())
    #expect(try catalogue.plays() == [track: 12])
    #expect(try catalogue.files(of: track).map(\.tags.plays) == [nil, 12])
  }

  @Test("playlists are kept by name, in order, with the words that make them")
  func playlists() throws {
    let catalogue = try library.writing()
    let tracks = try ["a", "b", "c"].map { (name: String) in
      try catalogue.add("/\(name)", sound: name)
    }
    let list = PlaylistRecord(
      name: "night", title: "Nächte", description: "dunkel",
      recipe: [Array("playlist".utf8), [], [0x2F, 0xFF], Array("a\nb".utf8)], refreshed: 5,
      tracks: [tracks[2], tracks[0], tracks[2]])
    try catalogue.record(list)
    let other = PlaylistRecord(
      name: "day", title: "Day", recipe: [], refreshed: 6, tracks: [])
    try catalogue.record(other)
    #expect(try catalogue.playlists() == [other, list])
    #expect(try catalogue.playlist(named: "night") == list)
    let newer = PlaylistRecord(
      name: "night", title: "N", recipe: [[0x61]], refreshed: 9, tracks: [tracks[1]])
    try catalogue.record(newer)
    #expect(try catalogue.playlists() == [other, newer])
    // What is taken out of the library leaves the lists.
    try catalogue.record([ListenRecord(track: tracks[1], kind: .listed, time: 9)])
    try catalogue.remove(files: [], tracks: [tracks[1]])
    #expect(try catalogue.playlist(named: "night")?.tracks == [])
    #expect(try catalogue.tracksHeard(since: 0).isEmpty)
    #expect(try catalogue.removePlaylist(named: "night"))
    #expect(try !catalogue.removePlaylist(named: "night"))
    #expect(try catalogue.playlists() == [other])
    #expect(try catalogue.isSound())
  }
}

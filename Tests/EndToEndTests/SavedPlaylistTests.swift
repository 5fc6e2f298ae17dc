import FileAccess
import FileFormats
import TestSupport
import Testing

@Suite("Playlists that the library keeps", .indexedMusic, .serialized)
struct SavedPlaylistTests {
  let music: IndexedMusic

  init() throws { music = try IndexedMusic.current }

  private let song = "rock-1-copper-wire.mp3"

  @Test("a list that is kept is made again from what the library holds by then")
  func saved() throws {
    let place = music.place
    let empty = try place.earshot("playlist", "saved")
    #expect(empty.output.isEmpty && empty.status == 0)
    let made = try place.earshot(
      "playlist", "similar", "--save", "night list", "--title", "Night", "-k", "20", "--output",
      "night.m3u8", "music/\(song)")
    #expect(made.status == 0)
    let saved = try place.earshot("playlist", "saved", "--json").object()
    #expect(saved["name"]?.text == "night list")
    #expect(saved["tracks"]?.integer == 6)
    #expect(saved["recipe"]?.elements.last?.text == music.path(song))

    try place.folder.write(
      try Sounds.bytes(ofClip: "house-2-car-deck.mp3"), as: "more/house-2-car-deck.mp3")
    #expect(try place.earshot("index", "music", "more").status == 0)
    let fresh = try place.earshot("playlist", "refresh", "--json")
    #expect(fresh.status == 0)
    let object = try fresh.object()
    #expect(object["tracks"]?.integer == 7)
    #expect(object["new"]?.integer == 1 && object["gone"]?.integer == 0)
    let file = try ReadableFile(place.path.appending("night.m3u8")).contents(limit: 1 << 16)
    #expect(String(decoding: file, as: UTF8.self).contains("more/house-2-car-deck.mp3"))
    let shown = try place.earshot("playlist", "show", "night list", "--format", "m3u8")
    #expect(shown.output == file)

    let wrong = try place.earshot("playlist", "refresh", "day list")
    #expect(wrong.status == 1)
    #expect(try place.earshot("playlist", "remove", "night list", "day list").status == 1)
    #expect(try place.earshot("playlist", "show", "night list").status == 0)
    #expect(
      wrong.messages == [
        "earshot: the library keeps no list \"day list\"; 'earshot playlist saved' tells which there are"
      ])
    #expect(try place.earshot("playlist", "remove", "night list").status == 0)
    #expect(try place.earshot("playlist", "show", "night list").status == 1)
  }

  @Test("one list that cannot be made again does not keep the others from it")
  func refreshGoesOn() throws {
    let place = music.place
    try place.folder.write(
      try Sounds.bytes(ofClip: "rock-3-long-road-out.mp3"), as: "passing.mp3")
    for (name, seed) in [("a", "passing.mp3"), ("b", "music/\(song)")] {
      #expect(try place.earshot("playlist", "similar", "--save", name, seed).status == 0)
    }
    try place.folder.write(Array("no music".utf8), as: "passing.mp3")
    let ended = try place.earshot("playlist", "refresh")
    #expect(ended.status == 1)
    #expect(ended.messages.count == 2)
    #expect(ended.messages.first?.contains("passing.mp3: ") == true)
    #expect(ended.messages.last == "earshot: b: 7 tracks, 0 new, 0 gone")
    #expect(
      try place.earshot(
        "playlist", "similar", "--save", "a", "--output", "away/a.m3u8", "music/\(song)"
      ).status == 1)
    try place.folder.write([], as: "away/x")
    #expect(
      try place.earshot(
        "playlist", "similar", "--save", "a", "--output", "away/a.m3u8", "music/\(song)"
      ).status == 0)
    try #require(Command.run(["rm", "-r", place.path.appending("away").string]) == 0)
    let gone = try place.earshot("playlist", "refresh")
    #expect(gone.status == 1)
    #expect(gone.messages.first?.hasPrefix("earshot: a: ") == true)
    #expect(gone.messages.last == "earshot: b: 7 tracks, 0 new, 0 gone")
    for name in ["a", "b"] { #expect(try place.earshot("playlist", "remove", name).status == 0) }
  }
}

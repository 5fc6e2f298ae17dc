import FileAccess
import FileFormats
import TestSupport
import Testing

@Suite("playlist", .indexedMusic)
struct PlaylistCommandTests {
  let music: IndexedMusic

  init() throws { music = try IndexedMusic.current }

  private let song = "rock-1-copper-wire.mp3"

  private func tracks(_ words: String...) throws -> [JSON] {
    let ended = try music.place.run(.earshot, ["playlist"] + words + ["--json"])
    try #require(ended.status == 0, "\(words): \(ended.messages)")
    return try #require(ended.object()["tracks"]).elements
  }

  private func titles(_ tracks: [JSON]) -> [String] { tracks.compactMap { $0["title"]?.text } }

  @Test("similar begins with the song, and goes on as query does")
  func similar() throws {
    let list = try tracks("similar", "-k", "3", music.path(song))
    let query = try music.place.earshot("query", "-k", "3", "--json", music.path(song)).object()
    let nearest = try #require(query["results"]).elements.compactMap { $0["title"]?.text }
    #expect(titles(list) == ["Copper Wire"] + nearest)
    #expect(list.map { $0["rank"]?.integer } == [1, 2, 3, 4])
    let first = try #require(query["results"]?.elements.first?["similarity"]?.double)
    #expect(abs(try #require(list[1]["similarityToPrevious"]?.double) - first) < 1e-5)
    #expect(list[0]["similarityToPrevious"] == .null)
    #expect(
      try titles(tracks("similar", "-k", "3", "--without-seeds", music.path(song))) == nearest)
  }

  @Test("a song that the library does not hold stands first, with its own tags")
  func foreignSong() throws {
    let file = Sounds.clip("rock-3-long-road-out.mp3")
    let list = try tracks("similar", "-k", "2", file)
    #expect(list.count == 3)
    #expect(list[0]["title"]?.text == "Long Road Out")
    #expect(list[0]["trackID"] == .null)
    #expect(list[0]["path"]?.text == file)
  }

  @Test("dissimilar has the farthest")
  func dissimilar() throws {
    let near = try titles(tracks("similar", "--without-seeds", "--keep-hubs", music.path(song)))
    let far = try titles(tracks("dissimilar", "--without-seeds", music.path(song)))
    #expect(far == near.reversed())
  }

  @Test("a path leads from the first song to the last")
  func path() throws {
    let ends = [song, "folk-4-winter-coat.flac"].map(music.path)
    let list = try titles(tracks("path", "-k", "4", ends[0], ends[1]))
    #expect(list.count == 4)
    #expect(list.first == "Copper Wire" && list.last == "Winter Coat")
    #expect(Set(list).count == 4)
    let alone = try music.place.earshot("playlist", "path", ends[0])
    #expect(alone.status == 64)
    #expect(
      alone.messages
        == ["earshot: a path needs two songs at least: where it begins and where it ends"])
    let two = try music.place.earshot("playlist", "path", "-k", "2", ends[0], ends[1])
    #expect(two.lines.count == 3 && two.messages.isEmpty)
    let one = try music.place.earshot("playlist", "path", "-k", "1", ends[0], ends[1])
    #expect(one.status == 64)
  }

  @Test("mix and radio list each track once, and not what was asked about")
  func mixAndRadio() throws {
    let others = [
      "Engine Room", "Harbour Lights", "Last Stop", "Short Circuit", "Winter Coat",
    ]
    #expect(try titles(tracks("mix", music.path(song))).sorted() == others)
    let radio = try titles(tracks("radio", music.path(song)))
    #expect(radio.first == "Copper Wire")
    #expect(radio.dropFirst().sorted() == others)
  }

  @Test("a list on which nothing fits says so, with the song or without it")
  func nothingFits() throws {
    let words = ["playlist", "radio", "--where", "year=1800..1801", music.path(song)]
    let ended = try music.place.run(.earshot, words)
    #expect(ended.lines.count == 2)
    #expect(ended.messages == ["earshot: nothing in the library fits"])
    let empty = try music.place.run(.earshot, words + ["--without-seeds"])
    #expect(empty.output.isEmpty)
    #expect(empty.messages == ["earshot: nothing in the library fits"])
  }

  @Test("order keeps the tracks of a playlist, and says what was won")
  func order() throws {
    let paths = IndexedMusic.clips.map(music.path)
    try music.place.folder.write(Array(paths.joined(separator: "\n").utf8), as: "mine.m3u")
    let ended = try music.place.earshot(
      "playlist", "order", "--keep-first", "playlist:mine.m3u", "--format", "m3u8")
    #expect(ended.status == 0)
    let listed = ended.lines.filter { !$0.hasPrefix("#") }
    #expect(listed.first == paths.first)
    #expect(listed.sorted() == paths.sorted())
    #expect(
      ended.messages.contains {
        $0.hasSuffix("shorter than it was") || $0 == "earshot: no better order was found"
      })
  }

  @Test("of a track with two files the one is listed that was named")
  func namedFile() throws {
    let place = music.place
    let other = "music/again.mp3"
    try place.folder.write(try Sounds.bytes(ofClip: song), as: "twice/\(other)")
    try place.folder.write(try Sounds.bytes(ofClip: song), as: "twice/music/\(song)")
    let library = ["--library", place.path.appending("twice.db").string]
    #expect(try place.run(.earshot, ["index", "twice"] + library).status == 0)
    let named = place.path.appending("twice/music/\(song)").string
    try place.folder.write(Array("twice/music/\(song)\n".utf8), as: "one.m3u")
    for seed in [named, "playlist:one.m3u"] {
      let words = ["playlist", "order", "--format", "m3u8", seed] + library
      #expect(try place.run(.earshot, words).lines.last == named)
    }
  }

  @Test("an ending that says no format, and a list that is none, are refused")
  func refused() throws {
    let place = music.place
    let ended = try place.earshot("playlist", "similar", "-o", "a.pls", music.path(song))
    #expect(ended.status == 64)
    #expect(ended.messages.first?.contains("not \"a.pls\"") == true)
    try place.folder.write(Array("no list\n".utf8), as: "none.m3u")
    let none = try place.earshot("playlist", "order", "playlist:none.m3u")
    #expect(none.status == 1)
    #expect(none.messages.first?.hasPrefix("earshot: none.m3u: it is no M3U list") == true)
    let once = try place.earshot("playlist", "similar", "--save", "v", "vector:-")
    #expect(once.status == 64)
  }

  @Test("the ending of the output's name says the format, and paths can be seen from its folder")
  func formats() throws {
    let place = music.place
    func write(_ name: String, _ more: String...) throws -> String {
      let words = ["playlist", "similar", "-k", "1", "--output", name, music.path(song)] + more
      let ended = try place.run(.earshot, words)
      #expect(ended.status == 0 && ended.output.isEmpty)
      let bytes = try ReadableFile(place.path.appending(name)).contents(limit: 1 << 20)
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(try write("a.m3u8").hasPrefix("#EXTM3U\n#PLAYLIST:Like Copper Wire"))
    #expect(try write("a.m3u").contains("\n\(music.path(song))\n"))
    #expect(try write("a.m3u8", "--relative").contains("\nmusic/\(song)\n"))
    #expect(try write("a.xspf", "--relative").contains("<location>music/\(song)</location>"))
    #expect(try write("music/a.xspf", "--relative").contains("<location>\(song)</location>"))
    #expect(try write("a.csv").hasPrefix("rank,trackID,path,title"))
    #expect(try write("a.json").hasPrefix("{\"schema\":1,\"kind\":\"similar\""))
    let titled = try write("b.m3u8", "--title", "An\nevening", "--description", "for\nyou")
    #expect(titled.hasPrefix("#EXTM3U\n#PLAYLIST:An evening\n# for you\n#EXTINF:"))
    #expect(
      try write("b.xspf", "--description", "<b>").contains("<annotation>&lt;b&gt;</annotation>"))
  }

  @Test("cluster tells the groups and writes a list for each")
  func cluster() throws {
    let place = music.place
    let ended = try place.earshot(
      "playlist", "cluster", "--json", "--clusters", "2", "--folder", "groups/two", "--relative")
    #expect(ended.status == 0)
    let clusters = try #require(ended.object()["clusters"]).elements
    #expect(clusters.count == 2)
    var titles: [String] = []
    for (number, cluster) in clusters.enumerated() {
      let name = try #require(cluster["name"]?.text)
      let path = place.path.appending("groups/two/0\(number + 1) \(name).m3u8")
      let list = String(
        decoding: try ReadableFile(path).contents(limit: 1 << 16), as: UTF8.self
      ).split(separator: "\n")
      #expect(list[1] == "#PLAYLIST:\(name)")
      let tracks = try #require(cluster["tracks"]).elements
      #expect(list.count { $0.hasPrefix("../../music/") } == tracks.count)
      titles += self.titles(tracks)
    }
    #expect(titles.count == IndexedMusic.clips.count)
    #expect(Set(titles).count == titles.count)
    let fewer = try place.earshot(
      "playlist", "cluster", "--clusters", "1", "--folder", "groups/two")
    #expect(
      fewer.messages.first?.contains("groups/two: the folder holds ") == true, "\(fewer.messages)")
    for (method, option) in [("k-means", "radius"), ("dbscan", "clusters")] {
      let wrong = try place.earshot(
        "playlist", "cluster", "--method", method, "--\(option)", "2")
      #expect(wrong.status == 64)
      #expect(wrong.messages.first?.contains("--\(option)") == true, "\(wrong.messages)")
    }
    let table = try place.earshot("playlist", "cluster", "--method", "dbscan", "--radius", "2")
    #expect(table.lines.count == 2)
    #expect(table.messages == ["earshot: 1 group, radius 2.000"])
  }
}

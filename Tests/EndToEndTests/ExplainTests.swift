import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("Answers are explained", .indexedMusic)
struct ExplainTests {
  let music: IndexedMusic

  init() throws { music = try IndexedMusic.current }

  private func explained(_ words: String...) throws -> JSON {
    let ended = try music.place.run(.earshot, words + ["--explain", "--json"])
    try #require(ended.status == 0, "\(words): \(ended.messages)")
    return try ended.object()
  }

  @Test("with shares that add up to the similarity, and values of both songs")
  func shares() throws {
    // Six tracks have fifteen pairs: too few to tell what goes with what.
    let few = try explained("similar", "Copper Wire")
    #expect(few["results"]?.elements.first?["explanation"]?["shares"] == .null)
    let place = Workplace()
    let clips = try FolderEntry.names(in: Repository.testAudio).map(\.string)
    for clip in clips where !clip.hasSuffix(".md") && !clip.hasSuffix(".csv") {
      try place.folder.write(try Sounds.bytes(ofClip: clip), as: "music/\(clip)")
    }
    _ = try place.earshot("index", "music")
    let answer = try place.run(
      .earshot, ["similar", "--explain", "--json", "-k", "25", "Copper Wire"]
    ).object()
    let results = try #require(answer["results"]).elements
    #expect(results.count > 15)
    for result in results {
      let explanation = try #require(result["explanation"])
      let shares = try #require(explanation["shares"])
      let parts = ["base", "tempo", "key", "loudness", "brightness", "energy", "rest"]
      let sum = parts.compactMap { shares[$0]?.double }.reduce(0, +)
      #expect(abs(sum - (try #require(result["similarity"]?.double))) < 1e-5)
      for aspect in ["tempo", "loudness", "brightness", "energy"] {
        let values = try #require(explanation["aspects"]?[aspect])
        #expect(values["query"]?.double != nil && values["track"]?.double != nil)
        #expect((-1...1).contains(try #require(values["agreement"]?.double)))
      }
    }
  }

  @Test("with the seconds of a passage that both songs have")
  func passage() throws {
    // The middle of the song is the end of one of the library.
    let place = Workplace()
    let (shared, own) = (
      Sounds.music(seed: 1, seconds: 10), Sounds.music(seed: 2, seconds: 20)
    )
    let other = Sounds.music(seed: 3, seconds: 20)
    try place.folder.write(
      Sounds.wav(Array(own[..<220_500]) + shared + Array(own[220_500...])), as: "song.wav")
    try place.folder.write(Sounds.wav(other + shared), as: "music/other.wav")
    _ = try place.earshot("index", "music")
    let answer = try place.run(.earshot, ["query", "--explain", "--json", "song.wav"]).object()
    let explanation = try #require(answer["results"]?.elements.first?["explanation"])
    let best = try #require(explanation["parts"]?.elements.first)
    #expect(best["query"]?["start"]?.double == 10 || best["query"]?["start"]?.double == 12.5)
    #expect(best["track"]?["start"]?.double == 20 || best["track"]?["start"]?.double == 22.5)
    #expect(try #require(best["similarity"]?.double) > 0.95)
    let words = try place.run(.earshot, ["query", "--explain", "song.wav"])
    #expect(words.text.contains("of the query sounds most like 0:2"), "\(words.text)")
  }

  @Test("in words, below the table")
  func words() throws {
    let ended = try music.place.earshot("similar", "-k", "2", "--explain", "Copper Wire")
    #expect(ended.status == 0)
    #expect(ended.text.contains("\n1. Short Circuit by The Copper Engines, similarity 0."))
    #expect(ended.text.contains("what it sounds like (frequency, 0."))
    for aspect in ["tempo", "loudness", "brightness", "energy"] {
      #expect(ended.text.contains("\(aspect) ("), "every aspect of both is told")
    }
    #expect(ended.text.contains("of the query sounds most like "))
    #expect(!ended.text.contains("3. "))
  }

  @Test("of artists, of vectors and of files that are gone, without seconds")
  func noParts() throws {
    let artist = try explained("similar", "artist:The Copper Engines")
    let explanation = try #require(artist["results"]?.elements.first?["explanation"])
    #expect(explanation["parts"] == .null)
    #expect(explanation["aspects"]?["tempo"]?["query"]?.double != nil)

    let place = Workplace()
    for clip in IndexedMusic.clips {
      try place.folder.write(try Sounds.bytes(ofClip: clip), as: "music/\(clip)")
    }
    _ = try place.earshot("index", "music")
    try place.folder.write([1, 2, 3], as: "music/rock-2-short-circuit.mp3")
    let ended = try place.run(.earshot, ["similar", "--explain", "--json", "Copper Wire"])
    #expect(ended.status == 0)
    #expect(
      ended.messages.count { $0.contains("it cannot be compared part by part") } == 1,
      "\(ended.messages)")
    let results = try #require(ended.object()["results"]).elements
    #expect(results.count { $0["explanation"]?["parts"] == .null } == 1)
  }

  @Test("with a warning where a song is unlike what the model was trained on")
  func strange() throws {
    let tone = (0..<661_500).map { place in
      // Every half second a click.
      place % 11_025 == 0 ? Float(0.9) : 0
    }
    try music.place.folder.write(Sounds.wav(tone), as: "clicks.wav")
    let ended = try music.place.run(.earshot, ["query", "--explain", "--json", "clicks.wav"])
    #expect(ended.status == 0)
    #expect(
      ended.messages.contains { $0.contains("unlike anything that earshot was trained on") },
      "\(ended.messages)")
    let heard = try #require(ended.object()["query"]?["heard"]?.elements.first)
    #expect(heard["reconstruction"]?["isUnlikeTraining"] == .bool(true))
    let song = try explained("query", Sounds.clip("rock-3-long-road-out.mp3"))
    #expect(
      song["query"]?["heard"]?.elements.first?["reconstruction"]?["isUnlikeTraining"]
        == .bool(false))
  }

  @Test("in a picture, whose name says its format")
  func picture() throws {
    for (name, start) in [
      ("why.png", [0x89, 0x50]), ("why.svg", [0x3C, 0x3F]), ("why.pdf", [0x25, 0x50]),
    ] as [(String, [UInt8])] {
      let ended = try music.place.earshot("similar", "-k", "2", "--plot", name, "Copper Wire")
      #expect(ended.status == 0 && ended.messages.isEmpty, "\(ended.messages)")
      #expect(!ended.text.contains("sounds most like"), "only --explain tells it in words")
      let bytes = try ReadableFile(music.place.path.appending(name)).contents(limit: 1 << 24)
      #expect(bytes.starts(with: start))
    }
    let nothing = try music.place.earshot(
      "similar", "--plot", "no.png", "artist:The Copper Engines")
    #expect(nothing.status == 1 && !nothing.text.isEmpty)
    #expect(
      nothing.messages == [
        "earshot: there is nothing to draw: no song could be compared part by part"
      ])
  }

  @Test("in a picture that overwrites nothing that is asked about, by any name")
  func protected() throws {
    let place = Workplace()
    let song = try Sounds.bytes(ofClip: "rock-1-copper-wire.mp3")
    try place.folder.write(song, as: "music/song.mp3")
    try place.folder.write(
      try Sounds.bytes(ofClip: "rock-2-short-circuit.mp3"), as: "music/other.mp3")
    _ = try place.earshot("index", "music")
    let link = place.path.appending("why.png")
    #expect(symlink("music/song.mp3", link.string) == 0)
    let ended = try place.earshot("query", "--plot", "why.png", "music/song.mp3")
    #expect(ended.status == 64 && ended.messages.first?.contains("--plot") == true)
    #expect(
      try ReadableFile(place.path.appending("music/song.mp3")).contents(limit: 1 << 24) == song)
  }

  @Test(
    "only where there is something to explain",
    arguments: [
      ["query", "--explain", "--format", "m3u8", "a.mp3"],
      ["query", "--explain", "--list", "artists", "a.mp3"],
      ["query", "--explain", "--new", "a.mp3"], ["query", "--plot", "a.gif", "a.mp3"],
      ["similar", "--plot", "a.png", "-o", "./a.png", "Copper Wire"],
    ])
  func refused(words: [String]) throws {
    let ended = try music.place.run(.earshot, words)
    #expect(ended.status == 64 && ended.messages.first?.contains("--") == true, "\(ended.messages)")
  }
}

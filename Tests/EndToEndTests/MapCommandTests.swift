import FileAccess
import FileFormats
import Glibc
import Plotting
import TestSupport
import Testing

@Suite("map", .indexedMusic)
struct MapCommandTests {
  let music: IndexedMusic

  init() throws { music = try IndexedMusic.current }

  private func map(_ words: String...) throws -> Ended {
    try music.place.run(.earshot, ["map"] + words)
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    try ReadableFile(music.place.path.appending(name)).contents(limit: 1 << 24)
  }

  @Test("tells where each track lies, the same each time", arguments: ["umap", "tsne", "pca"])
  func numbers(method: String) throws {
    for dimensions in [2, 3] {
      let words = ["--method", method, "--dimensions", "\(dimensions)"]
      let ended = try music.place.run(.earshot, ["map"] + words + ["--json"])
      #expect(ended.status == 0 && ended.messages.isEmpty)
      let object = try ended.object()
      #expect(object["map"]?["method"]?.text == method)
      #expect(object["map"]?["tracks"]?.integer == IndexedMusic.clips.count)
      #expect(
        object["map"]?["varianceShares"]?.elements.count == (method == "pca" ? dimensions : 0))
      let points = try #require(object["points"]).elements
      #expect(points.count == IndexedMusic.clips.count)
      #expect(points.allSatisfy { $0["place"]?.elements.count == dimensions })
      let kinds = Set(points.compactMap { $0["kind"]?.text })
      #expect(kinds.isSuperset(of: ["Rock", "House"]))
      let table = try CSVTable(
        music.place.run(.earshot, ["map"] + words + ["--format", "csv"]).output)
      #expect(
        table.rows[0]
          == ["trackID", "path", "title", "artist", "album", "genre"]
          + ["x", "y", "z"].prefix(dimensions))
      for (row, point) in zip(table.rows.dropFirst(), points) {
        #expect(row[0] == point["trackID"]?.text)
        #expect(
          row.suffix(dimensions).map { Float($0) } == point["place"]?.elements.map { $0.float })
      }
      let again = try music.place.run(.earshot, ["map"] + words + ["--redo", "--json"])
      #expect(again.output == ended.output)
    }
  }

  @Test("draws pictures by the ending of the file", arguments: ["png", "svg", "pdf"])
  func pictures(ending: String) throws {
    let name = "map.\(ending)"
    let ended = try map(
      "-o", name, "--colour", "tempo", "--theme", "dark", "--width", "700", "--height", "500")
    #expect(ended.status == 0 && ended.output.isEmpty && ended.messages.isEmpty)
    let bytes = try bytes(name)
    if ending == "png" {
      let picture = try DecodedPicture(png: bytes)
      #expect((picture.width, picture.height) == (700, 500))
    }
    #expect(bytes.count > 1_000)
  }

  @Test("marks a song of the library, and one that it does not hold, with their neighbours")
  func marks() throws {
    let song = music.path("rock-1-copper-wire.mp3")
    let known = try map("--json", "-k", "3", song).object()
    let query = try music.place.earshot("query", "--json", "-k", "3", "--keep-hubs", song).object()
    let nearest = try #require(query["results"]).elements.compactMap { $0["trackID"]?.text }
    #expect(known["neighbours"]?.elements.compactMap(\.text) == nearest)
    let own = known["points"]?.elements.first { $0["path"]?.text == song }
    #expect(known["queryPlace"] == own?["place"])
    let foreign = try map("--json", Sounds.clip("rock-3-long-road-out.mp3")).object()
    #expect(foreign["points"]?.elements.count == IndexedMusic.clips.count)
    #expect(foreign["queryPlace"]?.elements.count == 2)
    #expect(foreign["neighbours"]?.elements.count == IndexedMusic.clips.count)
    #expect(try map("-o", "marked.png", song).status == 0)
  }

  @Test("makes a page that needs nothing else and runs nothing of a tag")
  func page() throws {
    #expect(try map("-o", "map.html", music.path("rock-1-copper-wire.mp3")).status == 0)
    let page = String(decoding: try bytes("map.html"), as: UTF8.self)
    #expect(page.contains("Content-Security-Policy") && page.contains("Copper Wire"))
    for address in ["http://", "https://", "//cdn", "src=", "@import", "url("] {
      #expect(!page.contains(address), "\(address)")
    }
  }

  @Test("does not write over songs, models or what else the library is made of")
  func protects() throws {
    let song = music.path("rock-1-copper-wire.mp3")
    let folder = music.place.library.parent
    let model = try #require(
      FolderEntry.names(in: folder.appending("models")).first { $0.fileExtension == "safetensors" })
    for output in [
      song, folder.appending("models").appending(model).string,
      folder.appending("library.vectors").string, folder.appending("library.facts").string,
    ] {
      let before = try ReadableFile(FilePath(output)).contents(limit: 1 << 28)
      for words in [["--format", "png"], ["--format", "html", song], ["--json"]] {
        let ended = try music.place.run(.earshot, ["map"] + words + ["-o", output])
        #expect(ended.status == 64, "\(output) \(words)")
      }
      for command in ["search", "similar"] {
        let ended = try music.place.earshot(command, "copper", "--json", "-o", output)
        #expect(ended.status == 64, "\(command) \(output)")
      }
      #expect(try ReadableFile(FilePath(output)).contents(limit: 1 << 28) == before)
    }
  }

  @Test("a name cannot become a part of the page")
  func hostileName() throws {
    // The letter before the sign makes one character with it.
    let name = "\u{0D4E}<img src onerror=alert(1)>.wav"
    try music.place.folder.write(Sounds.wav(Sounds.music(seed: 4, seconds: 31)), as: name)
    #expect(try map("-o", "hostile.html", name).status == 0)
    let page = String(decoding: try bytes("hostile.html"), as: UTF8.self)
    #expect(page.unicodeScalars.contains("\u{0D4E}"))
    #expect(!Array(page.utf8).contains(Array("<img".utf8)))
  }

  @Test("refuses what it would pass over in silence")
  func wrongUsage() throws {
    for words in [
      [], ["--format", "png"], ["-o", "map.txt"],
      ["--method", "pca", "--perplexity", "5", "--json"],
      ["--method", "tsne", "--neighbors", "5", "--json"], ["--perplexity", "5", "--json"],
      ["--json", "--format", "csv"], ["--neighbors", "1", "--json"],
    ] {
      #expect(try music.place.run(.earshot, ["map"] + words).status == 64, "\(words)")
    }
    #expect(try map("--json", "no such words").status == 1)
  }

  @Test("of an empty library says how to fill it, and of an absent one that it is not there")
  func empty() throws {
    let place = Workplace()
    #expect(try place.earshot("map", "--json").status == 70)
    try place.folder.write([], as: "music/none.mp3")
    _ = try place.earshot("index", "music")
    let ended = try place.earshot("map", "--json")
    #expect(ended.status == 1)
    #expect(ended.messages.count == 1)
  }

  @Test("colours by how well each track is drawn again, for which it listens once")
  func reconstructionErrors() throws {
    let place = Workplace()
    let clip = IndexedMusic.clips[2]
    for clip in IndexedMusic.clips.prefix(3) {
      try place.folder.write(try Sounds.bytes(ofClip: clip), as: "music/\(clip)")
    }
    _ = try place.earshot("index", "music")
    let words = ["map", "--colour", "reconstruction-error", "--json"]
    let first = try place.run(.earshot, words)
    #expect(first.status == 0 && first.messages.isEmpty)
    let points = try #require(try first.object()["points"]).elements
    let errors = points.map { $0["value"]?.float ?? .nan }
    #expect(Set(errors).count == 3 && errors.allSatisfy { (0.0001...1).contains($0) })
    let drawn = try place.earshot(
      "reconstruct", "--model", "earshot", "--json", "-o", "a.png", "music/\(clip)"
    ).object()
    let own = points.first { $0["path"]?.text?.hasSuffix(clip) == true }?["value"]?.float
    #expect(abs((own ?? 0) - (drawn["meanSquaredError"]?.float ?? 1)) < 1e-5)
    // Nobody can be heard any more.
    try #require(rename(place.path.appending("music").string, place.path.string + "/away") == 0)
    #expect(try place.run(.earshot, words).output == first.output)
  }

  @Test("grows with the library, without moving what is there, and says so")
  func grows() throws {
    let place = Workplace()
    for clip in IndexedMusic.clips.prefix(5) {
      try place.folder.write(try Sounds.bytes(ofClip: clip), as: "music/\(clip)")
    }
    _ = try place.earshot("index", "music")
    let before = try #require(try place.earshot("map", "--json").object()["points"]).elements
    let last = IndexedMusic.clips[5]
    try place.folder.write(try Sounds.bytes(ofClip: last), as: "music/\(last)")
    _ = try place.earshot("index", "music")
    for _ in 0..<2 {
      let ended = try place.earshot("map", "--json")
      #expect(ended.messages.count == 1 && ended.messages[0].contains("--redo"))
      let after = try #require(try ended.object()["points"]).elements
      #expect(Array(after.prefix(5)) == before && after.count == 6)
    }
    #expect(try place.earshot("map", "--json", "--redo").messages.isEmpty)
  }
}

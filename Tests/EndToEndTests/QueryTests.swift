import FileAccess
import TestSupport
import Testing

@Suite("A library is asked", .indexedMusic)
struct QueryTests {
  let music: IndexedMusic

  init() throws { music = try IndexedMusic.current }

  private let rock = "rock-1-copper-wire.mp3"
  private let resultNames = [
    "rank", "trackID", "path", "title", "artist", "album", "genre", "similarity", "percentile",
    "timeSimilarity", "frequencySimilarity", "section",
  ]

  private func results(_ words: String...) throws -> [JSON] {
    let ended = try music.place.run(.earshot, words)
    try #require(ended.status == 0, "\(ended.messages)")
    return try #require(ended.object()["results"]).elements
  }

  @Test("the first run listens to all, the next to nothing")
  func index() throws {
    #expect(music.firstRun.status == 0)
    let counts = try music.firstRun.object()
    #expect(
      counts.names == [
        "schema", "found", "analysed", "unchanged", "known", "failed", "failedBefore", "skipped",
        "unreadable", "warned", "missing", "excluded", "setAside", "outdated",
        "withoutSections", "interrupted", "model",
      ])
    #expect(counts["found"]?.integer == 6)
    #expect(counts["analysed"]?.integer == 6)
    #expect(counts["interrupted"] == .bool(false))
    let again = try music.place.earshot("index", "--json", "music")
    #expect(again.status == 0)
    #expect(again.messages == [])
    #expect(try again.object()["analysed"]?.integer == 0)
    #expect(try again.object()["unchanged"]?.integer == 6)
    let told = try music.place.earshot("index", "music")
    #expect(told.output == [])
    #expect(told.messages == ["earshot: 0 tracks listened to, 6 unchanged"])
  }

  @Test("query as JSON has the promised names in their order, and names the library's own copy")
  func json() throws {
    let ended = try music.place.earshot("query", "--json", Sounds.clip(rock))
    #expect(ended.status == 0)
    #expect(ended.messages == [])
    let answer = try ended.object()
    #expect(answer.names == ["schema", "query", "model", "self", "results"])
    #expect(answer["schema"] == .number("1"))
    #expect(answer["query"]?.names == ["seeds"])
    let seeds = answer["query"]?["seeds"]?.elements ?? []
    #expect(seeds.map(\.names) == [["path", "trackID"]])
    #expect(seeds.first?["path"] == .string(Sounds.clip(rock)))
    #expect(answer["model"]?.names == ["name", "id", "dimension"])
    #expect(
      answer["self"]?.names == ["trackID", "path", "title", "artist", "album", "genre"])
    #expect(answer["self"]?["path"] == .string(music.path(rock)))
    #expect(answer["self"]?["title"] == .string("Copper Wire"))
    let results = answer["results"]?.elements ?? []
    #expect(results.count == 5)
    #expect(results.allSatisfy { $0.names == resultNames })
    #expect(results.map { $0["rank"]?.integer } == [1, 2, 3, 4, 5])
    #expect(!results.contains { $0["trackID"] == answer["self"]?["trackID"] })
    #expect(results.allSatisfy { $0["trackID"]?.text?.count == 64 })
    let similarities = results.compactMap { $0["similarity"]?.double }
    #expect(similarities == similarities.sorted(by: >))
    #expect(similarities.allSatisfy { (-1...0.999).contains($0) })
    let percentiles = results.compactMap { $0["percentile"]?.double }
    #expect(percentiles == percentiles.sorted(by: >))
    #expect(percentiles.count == 5 && percentiles.allSatisfy { (0...100).contains($0) })
    for result in results {
      let halves = ["timeSimilarity", "frequencySimilarity"].compactMap { result[$0]?.double }
      let mean = halves.reduce(0, +) / 2
      #expect(halves.count == 2 && abs(mean - (result["similarity"]?.double ?? .nan)) < 1e-5)
    }
    // The other track of the same band, in the same style.
    #expect(results.first?["title"] == .string("Short Circuit"))
    #expect(results.first?["artist"] == .string("The Copper Engines"))
    #expect(results.first?["album"] == .string("Overload"))
    #expect(results.first?["genre"] == .string("Rock"))
  }

  @Test("--include-self returns every track first, with a similarity of at least 0.999")
  func includeSelf() throws {
    for clip in IndexedMusic.clips {
      let ended = try music.place.earshot(
        "query", "--json", "--include-self", "-k", "2", Sounds.clip(clip))
      let answer = try ended.object()
      let first = answer["results"]?.elements.first
      #expect(first?["path"] == .string(music.path(clip)))
      #expect((0.999...1).contains(first?["similarity"]?.double ?? 0))
      #expect(answer["results"]?.elements.count == 2)
      #expect(answer["self"] == .null)
    }
  }

  @Test("embed, query and index make the same vector of a file, bit by bit")
  func sameVectors() throws {
    let held = try music.place.heldTracks()
    #expect(held.count == IndexedMusic.clips.count)
    for clip in IndexedMusic.clips {
      let told = try music.place.embed("--json", Sounds.clip(clip)).object()
      let vector = told["embedding"]?.elements.compactMap(\.float)
      #expect(held[FilePath(music.path(clip))]?.vector == vector)
    }
    // A query is compared with vectors only: its results are those of the vector from the library.
    let asked = try results("query", "--json", Sounds.clip(rock))
    let known = try results("similar", "--json", music.path(rock))
    #expect(asked == known)
  }

  @Test("a song from outside has no copy to leave out")
  func outside() throws {
    let song = Sounds.clip("rock-3-long-road-out.mp3")
    let answer = try music.place.earshot("query", "--json", song).object()
    #expect(answer["self"] == .null)
    #expect(answer["results"]?.elements.count == 6)
    #expect(answer["results"]?.elements.first?["genre"] == .string("Rock"))
  }

  @Test("several songs are one question, asked without those that failed")
  func several() throws {
    let songs = ["rock-1-copper-wire.mp3", "rock-2-short-circuit.mp3"].map(Sounds.clip)
    let ended = try music.place.run(.earshot, ["query", "--json"] + songs + ["nowhere.mp3"])
    #expect(ended.status == 1)
    #expect(ended.messages == ["earshot: nowhere.mp3: there is no such file [not-found]"])
    let answer = try ended.object()
    #expect(answer["query"]?["seeds"]?.elements.map { $0["path"]?.text } == songs)
    #expect(answer["results"]?.elements.count == 4)
    let none = try music.place.earshot("query", "--json", "nowhere.mp3")
    #expect(none.status == 1)
    #expect(none.output == [])
    #expect(none.messages == ["earshot: nowhere.mp3: there is no such file [not-found]"])
  }

  @Test("the table has a line for each track under its titles")
  func table() throws {
    let ended = try music.place.earshot("query", "-k", "2", Sounds.clip(rock))
    #expect(ended.status == 0)
    try #require(ended.lines.count == 4)
    #expect(ended.lines[0] == "In the library as Copper Wire by The Copper Engines")
    #expect(
      ended.lines[1].split(separator: " ").map(String.init)
        == ["Similarity", "Percentile", "Title", "Artist", "Path"])
    #expect(ended.lines[2].hasPrefix("1"))
    let columns = ended.lines[2].split(separator: "  ").map { $0.drop { $0 == " " } }
    #expect(columns.contains("Short Circuit") && columns.contains("The Copper Engines"))
    #expect(ended.lines[2].hasSuffix("  \(music.path("rock-2-short-circuit.mp3"))"))
    #expect(ended.lines[3].hasPrefix("2"))
  }

  @Test("CSV, M3U8 and XSPF list the same tracks as JSON")
  func otherFormats() throws {
    let found = try results("query", "--json", Sounds.clip(rock))
    let paths = found.compactMap { $0["path"]?.text }
    let csv = try music.place.earshot("query", "--format", "csv", Sounds.clip(rock))
    let rows = try CSVTable(csv.output).rows
    try #require(rows.count == 6)
    #expect(rows[0] == resultNames.prefix(9) + ["sectionStart", "sectionSeconds"])
    #expect(rows.dropFirst().map { $0[2] } == paths)
    #expect(rows.dropFirst().map { Float($0[7]) } == found.map { $0["similarity"]?.float })
    let m3u = try music.place.earshot("query", "--format", "m3u8", Sounds.clip(rock))
    #expect(m3u.lines.first == "#EXTM3U")
    #expect(m3u.lines.filter { !$0.hasPrefix("#") } == paths)
    #expect(m3u.lines.contains("#EXTINF:30,The Copper Engines - Short Circuit"))
    let file = music.place.path.appending("list.xspf")
    let xspf = try music.place.earshot(
      "query", "--format", "xspf", "--output", file.string, Sounds.clip(rock))
    #expect(xspf.status == 0)
    #expect(xspf.output == [])
    let document = String(
      decoding: try ReadableFile(file).contents(limit: 1 << 20), as: UTF8.self)
    #expect(document.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<playlist "))
    #expect(document.hasSuffix("</playlist>\n"))
    for path in paths { #expect(document.contains("<location>file://\(path)</location>")) }
  }

  @Test("similar takes a path, a trackID or its beginning")
  func similar() throws {
    let byPath = try music.place.earshot("similar", "--json", music.path(rock))
    let answer = try byPath.object()
    #expect(answer.names == ["schema", "query", "model", "self", "results"])
    #expect(answer["self"]?["path"] == .string(music.path(rock)))
    let trackID = try #require(answer["self"]?["trackID"]?.text)
    #expect(
      answer["query"]?["seeds"]?.elements == [
        .object([.init(name: "trackID", value: .string(trackID))])
      ])
    #expect(answer["results"]?.elements.count == 5)
    #expect(answer["results"]?.elements.first?["title"] == .string("Short Circuit"))
    for name in ["music/\(rock)", trackID, String(trackID.prefix(10)), "Copper Wire"] {
      let other = try music.place.earshot("similar", "--json", name)
      #expect(other.output == byPath.output, "\(name): \(other.messages)")
    }
    let first = try results("similar", "--json", "--include-self", "-k", "1", trackID)
    #expect(first.first?["trackID"] == .string(trackID))
    #expect((first.first?["similarity"]?.double ?? 0) >= 0.999)
  }

  @Test("similar takes an artist or a genre, and says when there is none")
  func groups() throws {
    for words in [["--artist", "The Copper Engines"], ["--genre", "Rock"]] {
      let ended = try music.place.run(.earshot, ["similar", "--json"] + words)
      #expect(ended.status == 0)
      let answer = try ended.object()
      #expect(answer["query"]?["seeds"]?.elements.count == 2)
      #expect(answer["results"]?.elements.count == 4)
      #expect(answer["results"]?.elements.contains { $0["genre"] == .string("Rock") } == false)
    }
    for words in [["--artist", "Nobody"], ["--genre", "Polka"], ["no such track"]] {
      let ended = try music.place.run(.earshot, ["similar"] + words)
      #expect(ended.status == 1)
      #expect(ended.output == [])
      #expect(ended.messages.count == 1)
      #expect(ended.messages.first?.hasPrefix("earshot: nothing in the library matches ") == true)
    }
  }

  @Test("a path that the library does not know is told from words that nothing matches")
  func unknownPaths() throws {
    for (path, reason) in [
      (
        Sounds.clip("rock-3-long-road-out.mp3"),
        "it is not in the library; ask about it with 'earshot query'"
      ),
      ("/nowhere/at all.mp3", "there is no such file"),
    ] {
      let ended = try music.place.earshot("similar", path)
      #expect(ended.status == 1)
      #expect(ended.messages.count == 1)
      #expect(ended.messages.first?.hasPrefix("earshot: \(path): \(reason)") == true)
    }
  }

  @Test("search finds words of title, artist and album by their beginnings")
  func search() throws {
    let ended = try music.place.earshot("search", "--json", "copp", "eng")
    #expect(ended.status == 0)
    let tracks = try ended.objects()
    #expect(Set(tracks.compactMap { $0["title"]?.text }) == ["Copper Wire", "Short Circuit"])
    #expect(
      tracks.allSatisfy {
        $0.names == ["schema", "trackID", "path", "title", "artist", "album", "genre", "seconds"]
      })
    let title = try music.place.earshot("search", "WINTER coat")
    try #require(title.lines.count == 2)
    #expect(
      title.lines[0].split(separator: " ").map(String.init)
        == ["Title", "Artist", "Album", "Length", "Path"])
    #expect(title.lines[1].contains("Winter Coat  Dust Parade  Kitchen Songs"))
    #expect(title.lines[1].contains("  0:10  "))
    let album = try music.place.earshot("search", "--format", "m3u8", "overload")
    #expect(album.lines.count { !$0.hasPrefix("#") } == 2)
    let none = try music.place.earshot("search", "yodelling")
    #expect(none.status == 1)
    #expect(none.output == [])
    #expect(none.messages == ["earshot: nothing in the library matches \"yodelling\""])
    for words in ["\"", "*", "a OR", "NEAR(", "title:x", "' --"] {
      let odd = try music.place.earshot("search", words)
      #expect([0, 1].contains(odd.status), "\(words): \(odd.messages)")
    }
  }

  @Test("search takes regular expressions for title, artist, album, genre and path")
  func regularExpression() throws {
    func titles(_ expression: String) throws -> Set<String> {
      let ended = try music.place.earshot("search", "--json", "--regex", expression)
      #expect(ended.status == 0, "\(ended.messages)")
      return try Set(ended.objects().compactMap { $0["title"]?.text })
    }
    #expect(try titles("^(copper|winter) ") == ["Copper Wire", "Winter Coat"])
    #expect(try titles("^(the )?copper engines$") == ["Copper Wire", "Short Circuit"])
    #expect(try titles(#"rock-\d-.*\.MP3$"#) == ["Copper Wire", "Short Circuit"])
    #expect(try titles("^folk$") == ["Winter Coat"])
    let limited = try music.place.earshot("search", "--json", "--limit", "2", "--regex", ".")
    #expect(try limited.objects().count == 2)
    #expect(try music.place.earshot("search", "--regex", "^opper").status == 1)
    let wrong = try music.place.earshot("search", "--regex", "(a")
    #expect(wrong.status == 64)
    #expect(wrong.messages.first?.contains("\"(a\" is no regular expression") == true)
  }

  @Test("library status counts what there is")
  func status() throws {
    let ended = try music.place.earshot("library", "status", "--json")
    #expect(ended.status == 0)
    let status = try ended.object()
    #expect(
      status.names == [
        "schema", "path", "bytes", "tracks", "files", "missing", "failures", "failureCounts",
        "seconds", "models",
      ])
    #expect(status["path"] == .string(music.place.library.string))
    #expect(status["tracks"]?.integer == 6)
    #expect(status["files"]?.integer == 6)
    #expect(status["missing"]?.integer == 0)
    #expect(status["failures"]?.integer == 0)
    #expect(abs((status["seconds"]?.double ?? 0) - 160) < 1)
    let models = status["models"]?.elements ?? []
    #expect(models.map(\.names) == [["name", "id", "dimension", "vectors", "sections", "main"]])
    #expect(models.first?["vectors"]?.integer == 6)
    let text = try music.place.earshot("library", "status")
    #expect(text.lines.map { $0.prefix { $0 != " " } } == ["Library", "Tracks", "Files", "Model"])
    let failures = try music.place.earshot("library", "failures")
    #expect(failures.status == 0)
    #expect(failures.output == [])
    #expect(failures.messages == ["earshot: no file failed"])
  }
}

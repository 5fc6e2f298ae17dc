import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("A library is asked in many ways", .indexedMusic)
struct AskingTests {
  let music: IndexedMusic

  init() throws { music = try IndexedMusic.current }

  private func ask(_ words: [String]) throws -> JSON {
    let ended = try music.place.run(.earshot, words + ["--json"])
    try #require(ended.status == 0, "\(words): \(ended.messages)")
    return try ended.object()
  }

  private func titles(_ words: String...) throws -> [String] {
    try #require(ask(words)["results"]).elements.compactMap { $0["title"]?.text }
  }

  private let all = [
    "Copper Wire", "Engine Room", "Harbour Lights", "Last Stop", "Short Circuit", "Winter Coat",
  ]

  @Test("an artist, a genre, an album and words are all their tracks, by kind or by option")
  func kinds() throws {
    let named = try titles("similar", "artist:the copper engines")
    #expect(named.sorted() == ["Engine Room", "Harbour Lights", "Last Stop", "Winter Coat"])
    #expect(try titles("similar", "--artist", "The Copper Engines") == named)
    #expect(try titles("query", "artist:The Copper Engines") == named)
    #expect(try titles("similar", "text:copper engines") == named)
    #expect(try titles("similar", "genre:rock") == named)
    #expect(try !titles("similar", "album:overload").contains("Short Circuit"))
    let paths = ["rock-1-copper-wire.mp3", "rock-2-short-circuit.mp3"].map(music.path)
    #expect(try titles("similar", paths[0], paths[1]) == named)
    let answer = try ask(["similar", "artist:The Copper Engines"])
    #expect(answer["query"]?["seeds"]?.elements.map(\.names) == [["trackID"], ["trackID"]])
    #expect(answer["self"]?.elements.count == 2)
  }

  @Test("the tracks of a playlist are asked about, and what it names besides is told")
  func playlist() throws {
    let list =
      "#EXTM3U\nmusic/rock-1-copper-wire.mp3\n\(music.path("rock-2-short-circuit.mp3"))\nno.mp3\n"
    try music.place.folder.write(Array(list.utf8), as: "list.m3u8")
    let ended = try music.place.earshot("similar", "--json", "playlist:list.m3u8")
    #expect(ended.status == 0)
    #expect(ended.messages == ["earshot: list.m3u8: 1 file of the list is not in the library"])
    let found = try ended.object()["results"]?.elements.compactMap { $0["title"]?.text }
    #expect(try found == titles("similar", "genre:rock"))
  }

  @Test("songs can be compared by distance, which is told in every form")
  func distances() throws {
    let song = music.path("rock-1-copper-wire.mp3")
    let answer = try ask(["similar", "--metric", "euclidean", song])
    let results = try #require(answer["results"]).elements
    let distances = results.compactMap { $0["distance"]?.double }
    #expect(distances.count == results.count && distances == distances.sorted())
    #expect(distances.allSatisfy { $0 > 0 })
    #expect(results.allSatisfy { abs($0["similarity"]?.double ?? 9) <= 1 })
    // Of two songs that are asked about the mean is nobody's point.
    let both = try ask([
      "similar", "--metric", "euclidean", "--weight", "time=2", song,
      music.path("rock-2-short-circuit.mp3"),
    ])
    #expect(both["results"]?.elements.first?["distance"]?.double != distances.first)
    // A song from outside is as far from its like in the library as that is from itself.
    let same = try ask(["query", "--metric", "euclidean", "--include-self", song])
    let first = try #require(same["results"]?.elements.first)
    #expect((first["distance"]?.double ?? 9) < 0.01)
    let table = try music.place.earshot("similar", "--metric", "euclidean", song)
    #expect(table.text.contains("Distance"))
    let csv = try music.place.earshot("similar", "--metric", "euclidean", "--format", "csv", song)
    #expect(csv.text.hasPrefix("rank,") && csv.text.contains(",distance"))
    let plain = try ask(["similar", song])
    #expect(try #require(plain["results"]).elements.allSatisfy { $0["distance"] == nil })
  }

  @Test(
    "what has no distance is refused by name",
    arguments: [
      (["--unlike", "genre:rock"], 64, "--unlike"), (["--list", "artists"], 64, "--list"),
      (["--explain"], 64, "--explain"), (["--plot", "a.png"], 64, "--plot"),
      (["vector:vector"], 1, "only the direction"),
    ] as [([String], Int32, String)])
  func noDistances(words: [String], status: Int32, reason: String) throws {
    let song = music.path("rock-1-copper-wire.mp3")
    let line = try music.place.run(.earshot, ["embed", song]).output
    try music.place.folder.write(line, as: "vector")
    let ended = try music.place.run(.earshot, ["similar", "--metric", "euclidean", song] + words)
    #expect(ended.status == status)
    #expect(ended.messages.contains { $0.contains(reason) })
  }

  @Test("a vector is taken from embed, as text and as JSON, from a file and from a pipe")
  func vector() throws {
    let song = Sounds.clip("rock-3-long-road-out.mp3")
    let expected = try titles("query", song)
    for words in [["embed", song], ["embed", "--json", song]] {
      let line = try music.place.run(.earshot, words).output
      try music.place.folder.write(line, as: "vector")
      #expect(try titles("similar", "vector:vector") == expected)
      let piped = try music.place.run(
        .earshot, ["similar", "--json", "vector:-"], input: line)
      #expect(
        try piped.object()["results"]?.elements.compactMap { $0["title"]?.text } == expected)
    }
    for text in ["", "1 2 3", "a b", "[1]", "{}"] {
      let refused = try music.place.run(
        .earshot, ["similar", "vector:-"], input: Array(text.utf8))
      #expect(refused.status == 1 && refused.messages.count == 1, "\(text)")
      #expect(refused.messages.first?.contains("256 numbers") == true, "\(refused.messages)")
    }
  }

  @Test("what the answer is to be unlike pushes its own kind back, and is no answer")
  func unlike() throws {
    let house = music.path("house-1-harbour-lights.mp3")
    let plain = try titles("similar", house)
    let turned = try titles("similar", house, "--unlike", "genre:rock")
    #expect(!turned.contains("Copper Wire") && turned.count == plain.count - 2)
    let answer = try ask(["similar", house, "--unlike", music.path("folk-4-winter-coat.flac")])
    #expect(answer["query"]?.names == ["seeds", "unlike"])
    #expect(answer["query"]?["unlike"]?.elements.count == 1)
  }

  @Test("of one artist come three at the most unless more are wanted")
  func caps() throws {
    let house = music.path("house-1-harbour-lights.mp3")
    #expect(try titles("similar", house, "--per-artist", "1").count == 4)
    #expect(try titles("similar", house).count == 5)
    #expect(try titles("similar", house, "--per-artist", "0").count == 5)
  }

  @Test("conditions and directions narrow the answer, and are told when they are none")
  func narrowed() throws {
    let house = music.path("house-1-harbour-lights.mp3")
    #expect(
      try titles("similar", house, "--where", "genre=rock").sorted() == [
        "Copper Wire", "Short Circuit",
      ])
    #expect(
      try titles("similar", house, "--where", "genre!=rock", "--where", "path=*.mp3") == [
        "Last Stop"
      ])
    // 124 beats a minute; drum and bass has 174, lo-fi about 80.
    let faster = try titles("similar", house, "--faster")
    #expect(faster.contains("Engine Room") && !faster.contains("Last Stop"))
    let slower = try titles("query", house, "--slower")
    #expect(slower.contains("Last Stop") && !slower.contains("Engine Room"))
    #expect(Set(slower).isDisjoint(with: faster))
    for (words, part) in [
      (["--where", "speed=1..2"], "there is no field 'speed'"),
      (["--where", "tempo=fast"], "a range is wanted"), (["--where", "rock"], "there is no '='"),
      (["--since", "soon"], "takes a day"), (["--slower", "--faster"], "--slower"),
    ] {
      let refused = try music.place.run(.earshot, ["similar", house] + words)
      #expect(refused.status == 64, "\(words)")
      #expect(refused.messages.joined().contains(part), "\(refused.messages)")
    }
  }

  @Test("weights of aspects work on every model and order anew")
  func weights() throws {
    let house = music.path("house-1-harbour-lights.mp3")
    let byTempo = try titles("similar", house, "--weight", "tempo=1000")
    #expect(Set(byTempo) == Set(all).subtracting(["Harbour Lights"]))
    #expect(byTempo != (try titles("similar", house)))
  }

  @Test("the same seed of chance gives the same list")
  func variety() throws {
    let house = music.path("house-1-harbour-lights.mp3")
    let lists = try (0..<6).map {
      try titles("similar", house, "--variety", "1", "--seed", String($0))
    }
    #expect(Set(lists).count > 1)
    #expect(try titles("similar", house, "--variety", "1", "--seed", "3") == lists[3])
  }

  @Test("what is new is what came in the last days, and what was listed lately stays out")
  func time() throws {
    let house = music.path("house-1-harbour-lights.mp3")
    #expect(try titles("similar", house, "--since", "1").count == 5)
    #expect(try titles("similar", house, "--since", "2200-01-01").isEmpty)
    let copy = music.place.path.appending("library/copy.db")
    let whole = try ReadableFile(music.place.library).contents(limit: 1 << 24)
    try WrittenFile.replace(copy, with: whole)
    let words = [
      "similar", house, "--library", copy.string, "-k", "2", "--exclude-recent", "1", "--json",
    ]
    var seen: [String] = []
    for _ in 0..<3 {
      let ended = try music.place.run(.earshot, words)
      try #require(ended.status == 0, "\(ended.messages)")
      seen += try ended.object()["results"]?.elements.compactMap { $0["title"]?.text } ?? []
    }
    #expect(seen.count == 5 && Set(seen).count == 5)
  }
}

@Suite("A library learns what was played")
struct TasteImportTests {
  @Test("from tables, once however often they are read, and goes by it")
  func taste() throws {
    let place = Workplace()
    for clip in ["rock-1-copper-wire.mp3", "rock-2-short-circuit.mp3", "rock-3-long-road-out.mp3"] {
      try place.folder.write(try Sounds.bytes(ofClip: clip), as: "music/\(clip)")
    }
    try #require(place.earshot("index", "--progress", "none", "music").status == 0)
    let table =
      "artist,title,plays\nThe Copper Engines,Copper Wire,9\nDust Parade,Long Road Out,2\nNobody,Nothing,3\n"
    try place.folder.write(Array(table.utf8), as: "plays.csv")
    for _ in 0..<2 {
      let told = try place.earshot("taste", "import", "plays.csv")
      #expect(told.status == 0)
      #expect(
        told.messages == [
          "earshot: plays.csv: 11 listens of 2 tracks of the library, 3 of tracks that it does not hold"
        ])
    }
    let json = try place.earshot("taste", "import", "--json", "plays.csv").object()
    #expect(json.names == ["schema", "path", "listens", "tracks", "unknown", "unreadable"])
    let played = try place.earshot(
      "similar", "--json", "short circuit", "--min-popularity", "5"
    ).object()["results"]?.elements.compactMap { $0["title"]?.text }
    #expect(played == ["Copper Wire"])
    try place.folder.write(Array("a,b\n1,2\n".utf8), as: "none.csv")
    let refused = try place.earshot("taste", "import", "none.csv", "plays.csv")
    #expect(refused.status == 1)
    #expect(refused.messages.first == "earshot: none.csv: there is no column \"artist\"")
    #expect(refused.messages.count == 2)
  }
}

import FileAccess
import TestSupport
import Testing

/// A library of clips of which some are there in several encodings, made once for a suite.
struct EncodedMusic: Sendable {
  @TaskLocal private static var shared: EncodedMusic?

  /// The library of the suite under way.
  static var current: EncodedMusic {
    get throws { try #require(shared, "a suite without the trait .encodedMusic") }
  }

  let place = Workplace()

  /// Files of one recording, the best first: lossless, then by bits in a second.
  static let house = ["house.flac", "house.mp3", "house-96.ogg", "house-64.opus", "house-64.mp3"]
  static let piano = ["piano.wav", "piano-64.mp3"]
  /// The same file twice.
  static let folk = ["copy/folk.mp3", "folk.mp3"]
  static let single = ["rock-1.mp3", "rock-2.mp3", "lo-fi.mp3", "drums.ogg"]

  private init() throws {
    let clips = [
      "house.mp3": "house-1-harbour-lights.mp3", "piano.wav": "piano-4-prelude-in-a-minor.wav",
      "folk.mp3": "folk-1-mill-pond.mp3", "copy/folk.mp3": "folk-1-mill-pond.mp3",
      "rock-1.mp3": "rock-1-copper-wire.mp3", "rock-2.mp3": "rock-2-short-circuit.mp3",
      "lo-fi.mp3": "lo-fi-3-last-stop.mp3", "drums.ogg": "drum-and-bass-3-engine-room.ogg",
    ]
    for (name, clip) in clips {
      try place.folder.write(try Sounds.bytes(ofClip: clip), as: "music/\(name)")
    }
    let house = place.path.appending("house.wav").string
    for command in [
      ["lame", "--quiet", "--decode", path("house.mp3"), house],
      ["lame", "--quiet", "-b", "64", house, path("house-64.mp3")],
      ["oggenc", "--quiet", "-b", "96", "--output=\(path("house-96.ogg"))", house],
      ["opusenc", "--quiet", "--bitrate", "64", house, path("house-64.opus")],
      ["flac", "--silent", "--output-name=\(path("house.flac"))", house],
      ["lame", "--quiet", "-b", "64", path("piano.wav"), path("piano-64.mp3")],
      // Of a recording that the library has, and one that it has not.
      ["lame", "--quiet", "-b", "80", house, place.path.appending("asked.mp3").string],
    ] { try #require(Command.run(command) == 0, "\(command)") }
    let ended = try place.earshot("index", "--json", "--workers", "2", "music")
    try #require(ended.status == 0, "\(ended.messages)")
  }

  /// The path of a file as the library knows it.
  func path(_ name: String) -> String { place.path.appending("music/\(name)").string }

  struct Trait: SuiteTrait, TestScoping {
    func provideScope(
      for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
      try await EncodedMusic.$shared.withValue(EncodedMusic(), operation: function)
    }
  }
}

extension Trait where Self == EncodedMusic.Trait {
  static var encodedMusic: Self { Self() }
}

@Suite("One recording in several files", .encodedMusic)
struct DuplicatesTests {
  private let music: EncodedMusic
  private var place: Workplace { music.place }

  init() throws { music = try EncodedMusic.current }

  private func paths(_ names: [String]) -> [String] { names.map(music.path) }

  private func results(_ answer: JSON) -> [String] {
    (answer["results"]?.elements ?? []).compactMap { $0["path"]?.text }
  }

  private func duplicates(_ result: JSON?) -> Set<String> {
    Set((result?["duplicates"]?.elements ?? []).compactMap { $0["path"]?.text })
  }

  @Test("is one group, the best file first, and no other recording is in it")
  func groups() throws {
    let ended = try place.earshot("library", "duplicates", "--json")
    #expect(ended.status == 0)
    #expect(ended.messages == [])
    let groups = try ended.objects()
    let found = groups.map { group in
      (group["files"]?.elements ?? []).compactMap { $0["path"]?.text }
    }
    let expected = [EncodedMusic.folk, EncodedMusic.house, EncodedMusic.piano].map(paths)
    #expect(found == expected)
    #expect(groups.allSatisfy { $0["schema"]?.integer == 1 })
    for group in groups {
      let files = group["files"]?.elements ?? []
      try #require(files.count > 1)
      #expect(files[0]["reason"] == .null)
      for file in files.dropFirst() {
        let reason = try #require(file["reason"])
        #expect(reason["of"]?["path"]?.text == files[0]["path"]?.text)
        if found[0].contains(file["path"]?.text ?? "") {
          #expect(reason["code"]?.text == "same-sound")
          #expect(reason["agreement"] == nil)
          #expect(file["trackID"]?.text == files[0]["trackID"]?.text)
        } else {
          #expect(reason["code"]?.text == "same-recording")
          #expect(try #require(reason["agreement"]?.double) > 0.9)
          #expect(try #require(reason["similarity"]?.double) > 0.9)
          #expect(try #require(reason["lengthDifference"]?.double) < 0.2)
        }
      }
    }
    let house = try #require(groups[1]["files"]?.elements)
    #expect(house.map { $0["codec"]?.text } == ["flac", "mp3", "vorbis", "opus", "mp3"])
    let rate = try #require(house.last?["bitRate"]?.integer)
    #expect((63_000...67_000).contains(rate))
  }

  @Test("is shown to people with the reason, and to spreadsheets with a number for each group")
  func otherForms() throws {
    let lines = try place.earshot("library", "duplicates").lines
    #expect(lines.count == 10)
    #expect(lines[0].hasPrefix("   Title") && lines[0].contains("Why"))
    #expect(lines[1].hasPrefix("1  ") && lines[1].contains("best"))
    #expect(lines[2].hasPrefix("   ") && lines[2].contains("same sound"))
    #expect(lines[3].hasPrefix("2  ") && lines[3].contains("flac"))
    #expect(lines[7].contains("same recording: fingerprint 9"))
    #expect(lines[7].contains("mp3 6") && lines[7].contains("kbit/s 24 kHz"))
    let rows = try CSVTable(
      try place.earshot("library", "duplicates", "--format", "csv").output
    ).rows
    func column(_ name: String) throws -> [String] {
      let place = try #require(rows[0].firstIndex(of: name))
      return rows.dropFirst().map { $0[place] }
    }
    #expect(try column("group") == ["1", "1", "2", "2", "2", "2", "2", "3", "3"])
    #expect(try column("reason")[0...2] == ["", "same-sound", ""])
    #expect(try column("agreement")[0...2] == ["", "", ""])
    #expect(try column("of")[4] == music.path("house.flac"))
  }

  @Test("is listed once with --collapse, and the others are named")
  func collapsedAnswers() throws {
    let song = music.path("lo-fi.mp3")
    let plain = try place.earshot("query", "--json", "-k", "20", song).object()
    // Five of one recording, two of another, one under two paths, and the three that are left.
    #expect(results(plain).count == 11)
    #expect(plain["results"]?.elements.first?["duplicates"] == nil)
    let answer = try place.earshot("query", "--json", "--collapse", "-k", "20", song).object()
    let expected = ["house.flac", "piano.wav", "copy/folk.mp3", "rock-1.mp3", "rock-2.mp3"]
    #expect(Set(results(answer)) == Set(paths(expected + ["drums.ogg"])))
    let others = [
      music.path("house.flac"): Array(EncodedMusic.house.dropFirst()),
      music.path("piano.wav"): Array(EncodedMusic.piano.dropFirst()),
    ]
    for result in answer["results"]?.elements ?? [] {
      let names = others[result["path"]?.text ?? ""] ?? []
      #expect(duplicates(result) == Set(paths(names)))
    }
    let ranks = (answer["results"]?.elements ?? []).map { $0["rank"]?.integer }
    #expect(ranks == [1, 2, 3, 4, 5, 6])
    let two = try place.earshot("query", "--json", "--collapse", "-k", "2", song).object()
    #expect(results(two) == Array(results(answer).prefix(2)))
    let lines = try place.earshot("query", "--collapse", song).lines
    #expect(lines[1].hasSuffix("Others"))
    #expect(lines.contains { $0.contains("house.flac") && $0.hasSuffix(" 4") })
  }

  @Test("counts as the query itself, in the library or not, unless that is wanted")
  func ownDuplicates() throws {
    for words in [
      ["similar", music.path("house-64.mp3")], ["query", music.path("house-64.mp3")],
      ["query", place.path.appending("asked.mp3").string],
    ] {
      let kept = try place.run(.earshot, [words[0], "--include-self", "--json"] + words[1...])
      #expect(try results(kept.object()).contains(music.path("house.flac")))
      for options in [["--json"], ["--collapse", "--json"]] {
        let answer = try place.run(.earshot, [words[0]] + options + words[1...]).object()
        #expect(Set(results(answer)).isDisjoint(with: paths(EncodedMusic.house)))
        let own = (answer["self"]?.elements ?? []).compactMap { $0["path"]?.text }
        #expect(Set(own) == Set(paths(EncodedMusic.house)))
      }
    }
    let kept = try place.earshot(
      "similar", "--collapse", "--include-self", "--json", music.path("house-64.mp3")
    ).object()
    #expect(results(kept).first == music.path("house.flac"))
    #expect(duplicates(kept["results"]?.elements.first).count == 4)
    #expect(kept["self"] == .null)
    let lines = try place.earshot("similar", "--collapse", music.path("house-64.mp3")).lines
    #expect(lines.prefix { $0.hasPrefix("In the library as") }.count == 5)
  }

  @Test("query --new knows what is there, by its sound and by its recording, and what is not")
  func newSongs() throws {
    let same = try place.earshot("query", "--new", "--json", music.path("house-64.mp3"))
    #expect(same.status == 3)
    let known = try same.object()
    #expect(known["isNew"] == .bool(false))
    let reasons = known["copies"]?.elements.compactMap { $0["reason"]?.text } ?? []
    #expect(
      reasons.sorted() == [
        "same-recording", "same-recording", "same-recording", "same-recording", "same-sound",
      ])
    let copy = try place.earshot("query", "--new", place.path.appending("asked.mp3").string)
    #expect(copy.status == 3)
    #expect(!copy.lines.isEmpty)
    #expect(copy.lines.allSatisfy { $0.hasPrefix("You already have this: ") })
    #expect(
      copy.lines.contains { $0.hasSuffix("house.flac (the same recording in another encoding)") })
    let song = Sounds.clip("ambient-1-glass-tide.mp3")
    let new = try place.earshot("query", "--new", "--json", "--per-artist", "0", song)
    #expect(new.status == 0)
    #expect(try new.object()["isNew"] == .bool(true))
    #expect(try new.object()["results"]?.elements.count == 5)
    let said = try place.earshot("query", "--new", song)
    #expect(
      said.messages == [
        "earshot: ambient-1-glass-tide.mp3 is new to the library; what is nearest:"
      ])
    #expect(try place.earshot("query", "--new", song, song).status == 64)
    #expect(try place.earshot("query", "--new", "--format", "csv", song).status == 64)
    #expect(try place.earshot("query", "--new", "artist:The Copper Engines").status == 64)
  }

  @Test("is found by its very sound alone where there are no fingerprints, which is said")
  func withoutFingerprints() throws {
    let place = Workplace()
    for name in ["a.mp3", "b/a.mp3"] {
      try place.folder.write(
        try Sounds.bytes(ofClip: "folk-1-mill-pond.mp3"), as: "music/\(name)")
    }
    try place.folder.write(
      try Sounds.bytes(ofClip: "rock-1-copper-wire.mp3"), as: "music/rock.mp3")
    #expect(try place.earshot("index", "--descriptors", "none", "music").status == 0)
    let ended = try place.earshot("library", "duplicates", "--json")
    #expect(try ended.object()["files"]?.elements.count == 2)
    #expect(
      ended.messages == [
        "earshot: 2 tracks without a fingerprint: of these only exact copies are found; "
          + "'earshot index' with the folders makes the fingerprints"
      ])
    #expect(try place.earshot("index", "music").status == 0)
    let later = try place.earshot("library", "duplicates", "--json")
    #expect(try later.objects().count == 1)
    #expect(later.messages == [])
  }
}

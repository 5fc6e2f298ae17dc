import Embedding
import FileAccess
import TestSupport
import Testing

@Suite("evaluate")
struct EvaluateTests {
  let place = Workplace()

  /// A table of nine clips: three styles as artists, one file that is not there.
  private func labels(extra: String = "") throws -> String {
    let clips = [
      "house-1-harbour-lights", "house-2-car-deck", "house-3-ninth-floor",
      "house-4-daylight-saving",
      "folk-1-mill-pond", "folk-2-three-apple-trees", "folk-3-the-miller-s-reel",
      "rock-1-copper-wire", "rock-2-short-circuit",
    ]
    let rows = clips.map { clip in
      "\(Sounds.clip(clip + ".mp3")),\(clip.prefix { $0 != "-" }),one,recording"
    }
    let text = (["path,artist,source,kind"] + rows).joined(separator: "\n") + "\n" + extra
    return try place.folder.write(Array(text.utf8), as: "labels.csv").string
  }

  /// The models that came with the program, the default one first.
  private static func shipped() throws -> [String] {
    let ending = ModelLocator.fileExtension
    let names = try FolderEntry.names(in: Repository.models).map(\.string)
      .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
    return [ModelLocator.defaultName] + names.filter { $0 != ModelLocator.defaultName }
  }

  private static let baselines = [
    "untrained time-frequency-autoencoder", "untrained convolutional-autoencoder",
    "untrained contrastive-cnn", "random", "log-mel statistics", "MFCC statistics",
    "MFCC Gaussian", "MFCC Gaussian, mutual proximity", "PCA of the mel image",
  ]

  private let quick = ["--excerpt", "2-6"]

  @Test("JSON has all figures of the model and the baselines, and what sets them apart")
  func json() throws {
    let ended = try place.run(.earshot, ["evaluate", "--json"] + quick + [labels()])
    #expect(ended.status == 0, "\(ended.messages)")
    let object = try ended.object()
    #expect(object["tracks"]?.integer == 9)
    #expect(object["failed"]?.integer == 0)
    let rows = try #require(object["rows"]?.elements)
    let models = try Self.shipped()
    #expect(rows.map { $0["name"]?.text } == models + Self.baselines)
    #expect(rows[0]["model"]?["dimension"]?.integer == 256)
    // Networks that learnt nothing still hear that a softer copy is the same.
    let untrained = rows[models.count]["report"]
    #expect(untrained?["queries"]?["gain"]?["top1"]?["value"]?.double == 1)
    #expect(untrained?["artist"]?["all"]?["p5"]?["n"]?.integer == 4)
    for row in rows {
      let report = try #require(row["report"])
      // Four house clips: three others to be found among eight.
      let precision = report["artist"]?["all"]?["p5"]
      #expect(precision?["n"]?.integer == 4)
      #expect(precision?["ceiling"]?.double == 0.6)
      #expect(precision?["chance"]?.double == 3.0 / 8)
      #expect(report["queries"]?.names == ["mp3_64k", "gain", "equaliser", "noise", "part"])
      #expect(report["queries"]?["gain"]?["top1"]?["n"]?.integer == 9)
      #expect(report["hubness"]?["skewness"]?["n"]?.integer == 9)
    }
    let queries = rows[0]["report"]?["queries"]
    #expect(queries?["gain"]?["top1"]?["value"]?.double == 1)
    #expect(queries?["mp3_64k"]?["top1"]?["value"]?.double == 1)
    let differences = try #require(object["differences"]?.elements)
    #expect(differences.count == rows.count - 1)
    #expect(differences.last?["second"]?.text == "PCA of the mel image")
    #expect(differences[0]["figures"]?["artist_p5"]?["low"]?.double != nil)
  }

  @Test("The tables name every row, with chance and ceiling")
  func tables() throws {
    let ended = try place.run(
      .earshot, ["evaluate", "--progress", "none", "--copies", "none"] + quick + [labels()])
    #expect(ended.status == 0)
    #expect(ended.messages == [])
    #expect(ended.lines.first == "9 tracks")
    for name in ["feature-statistics", "random", "chance", "ceiling", "queries"] {
      #expect(ended.lines.contains { $0.hasPrefix(name) }, "\(name)")
    }
  }

  /// A network with the random weights of a seed.
  private func write(seed: UInt64, as name: String) throws {
    let count = NetworkArchitecture.contrastiveCNN.dimension
    try EmbeddingModel(
      network: EmbeddingNetwork(.contrastiveCNN, seed: seed), name: "mine", tileCount: 2,
      standardisation: .init(
        mean: [Float](repeating: 0, count: count), deviation: [Float](repeating: 1, count: count)),
      card: [String: String]()
    ).write(to: place.path.appending(name))
  }

  @Test("Lists and paths are measured as they are made for a listener")
  func lists() throws {
    let loud: Set = ["house", "rock", "drum"]
    let clips = try FolderEntry.names(in: Repository.testAudio).map(\.string)
      .filter { ["mp3", "ogg", "flac", "opus", "wav"].contains(FilePath($0).fileExtension) }
    let rows = clips.map { clip in
      let style = String(clip.prefix { $0 != "-" })
      return "\(Sounds.clip(clip)),\(style),\(loud.contains(style) ? "loud" : "soft"),evidence"
    }
    let text = (["path,artist,label,label_evidence"] + rows).joined(separator: "\n") + "\n"
    let table = try place.folder.write(Array(text.utf8), as: "styles.csv").string
    let words = [
      "evaluate", "--baselines", "none", "--copies", "none", "--model", "earshot", table,
    ]
    let object = try place.run(.earshot, words + ["--json"]).object()
    let lists = try #require(object["rows"]?.elements.first?["lists"])
    func value(_ name: String) throws -> Double {
      try #require(lists[name]?["value"]?.double, "\(name)")
    }
    for name in ["genre_agreement_5", "genre_agreement_10", "artist_filtered_p10"] {
      #expect((0...1).contains(try value(name)))
      #expect(lists[name]?["n"]?.integer == clips.count)
    }
    #expect(try abs(value("other_genre") - 1 + value("genre_agreement_10")) < 1e-9)
    // More are alike in sound than by chance.
    #expect(try value("genre_agreement_5") > 0.55)
    // Ten tracks with at most three of an artist have four artists at least.
    #expect(try (4...10).contains(value("artists")))
    #expect(try value("mix_diversity") > value("diversity"))
    #expect(lists["path_largest_step"]?["n"]?.integer == 100)
    // Among so few nothing is damped.
    #expect(lists["damping_gain"] == .null)
    #expect(try value("path_largest_step") < value("random_largest_step"))
    #expect(try value("path_mean_step") < value("random_mean_step"))
    let told = try place.run(.earshot, words).lines
    #expect(told.contains("Paths of 8 tracks between two, steps in degrees"))
    let without = try place.run(.earshot, words + ["--lists", "none", "--json"]).object()
    #expect(without["rows"]?.elements.first?["lists"] == nil)
  }

  @Test("In a collection of fifty and more damping of hubs is measured against keeping them")
  func damping() throws {
    var text = "path,artist,label,label_evidence\n"
    for number in 0..<60 {
      // Three chords, each heard by itself and under others' noise: some are near to all.
      let name = "\(number).wav"
      let own = Sounds.music(seed: UInt64(number % 3), seconds: 2)
      let other = Sounds.music(seed: UInt64(100 + number), seconds: 2)
      let share = Float(number % 10) / 10
      try place.folder.write(
        Sounds.wav(zip(own, other).map { (1 - share) * $0 + share * $1 }), as: name)
      text += "\(name),artist \(number),chord \(number % 3),evidence\n"
    }
    let table = try place.folder.write(Array(text.utf8), as: "chords.csv").string
    let words = [
      "evaluate", "--json", "--baselines", "none", "--copies", "none", "--model",
      "feature-statistics", table,
    ]
    let object = try place.run(.earshot, words).object()
    let lists = try #require(object["rows"]?.elements.first?["lists"])
    let damped = try #require(lists["artist_filtered_p10"]?["value"]?.double)
    let kept = try #require(lists["artist_filtered_p10_hubs_kept"]?["value"]?.double)
    #expect(lists["artist_filtered_p10"]?["n"]?.integer == 60)
    // No artist has two tracks, so nobody's own are left out: as the neighbours themselves have it.
    let neighbours = object["rows"]?.elements.first?["report"]?["genre"]?["artist"]?["p10"]
    #expect(abs(try #require(neighbours?["value"]?.double) - kept) < 1e-9)
    #expect(damped != kept)
    #expect(
      abs(try #require(lists["damping_gain"]?["value"]?.double) - (damped - kept)) < 1e-9)
  }

  @Test("Several seeds of a model are rows, and their mean is the first, compared with all others")
  func seeds() throws {
    for seed in 1...3 { try write(seed: UInt64(seed), as: "\(seed).safetensors") }
    let words =
      ["evaluate", "--baselines", "none", "--mean-of"]
      + ["mine=1.safetensors,2.safetensors,3.safetensors", "--model", "feature-statistics"] + quick
    let object = try place.run(.earshot, words + ["--json", labels()]).object()
    let rows = try #require(object["rows"]?.elements)
    let names = ["mine, mean of 3", "mine, 1 of 3", "mine, 2 of 3", "mine, 3 of 3"]
    #expect(rows.map { $0["name"]?.text } == names + ["feature-statistics"])
    #expect(rows[0]["models"]?.elements.count == 3)
    #expect(rows[0]["models"]?.elements.map { $0["id"] } == rows[1...3].map { $0["model"]?["id"] })
    let paths = [["artist", "all", "p5"], ["hubness", "skewness"], ["queries", "noise", "top1"]]
    for path in paths {
      func value(_ row: JSON) -> Double? {
        path.reduce(row["report"]) { $0?[$1] }?["value"]?.double
      }
      let mean = try rows[1...3].reduce(0) { try $0 + #require(value($1)) } / 3
      #expect(abs(try #require(value(rows[0])) - mean) < 1e-12, "\(path)")
    }
    let differences = try #require(object["differences"]?.elements)
    #expect(differences.allSatisfy { $0["first"]?.text == "mine, mean of 3" })
    #expect(differences.map { $0["second"]?.text } == names.dropFirst() + ["feature-statistics"])
    for name in ["artist_p5", "skewness", "noise_top1"] {
      let figure = differences[3]["figures"]?[name]
      let value = try #require(figure?["value"]?.double)
      #expect(try #require(figure?["low"]?.double) <= value)
      #expect(try #require(figure?["high"]?.double) >= value)
    }
    let lines = try place.run(.earshot, words + ["--copies", "none", labels()]).lines
    #expect(
      lines.contains(
        "Same artist: mine, mean of 3 less the others, on the same queries"), "\(lines)")
  }

  @Test("Seeds without a name, alone, or that are not there are refused")
  func wrongSeeds() throws {
    for value in ["1.safetensors,2.safetensors", "mine=1.safetensors", "mine=a,a"] {
      let ended = try place.earshot("evaluate", "--mean-of", value, "labels.csv")
      #expect(ended.status == 64)
      #expect(ended.messages.contains { $0.contains("NAME=FILE,FILE") }, "\(ended.messages)")
    }
    let ended = try place.earshot(
      "evaluate", "--mean-of", "m=a.safetensors,b.safetensors", labels())
    #expect(ended.status == 70)
    #expect(ended.messages.contains { $0.contains("a.safetensors") })
  }

  @Test("Beside a model that is named stand the statistics and the baselines")
  func namedModel() throws {
    try write(seed: 3, as: "mine.safetensors")
    let words = ["evaluate", "--json", "--copies", "none", "--model", "mine.safetensors"] + quick
    let object = try place.run(.earshot, words + [labels()]).object()
    let names = object["rows"]?.elements.map { $0["name"]?.text }
    #expect(names == ["mine", "feature-statistics"] + Self.baselines)
    let twice = words + ["--model", "feature-statistics", "--baselines", "none"]
    let models = try place.run(.earshot, twice + [labels()]).object()
    #expect(models["rows"]?.elements.map { $0["name"]?.text } == ["mine", "feature-statistics"])
  }

  @Test("Of more tracks than are wanted whole artists are drawn, and it is said before listening")
  func limited() throws {
    let words = ["evaluate", "--copies", "none", "--baselines", "none", "--json", "--limit", "6"]
    let ended = try place.run(.earshot, words + quick + [labels()])
    #expect(ended.status == 0, "\(ended.messages)")
    // Of four, three and two clips six are four and two, or three and two.
    let count = try #require(try ended.object()["tracks"]?.integer)
    #expect([5, 6].contains(count))
    #expect(ended.messages.contains { $0.contains("taking \(count) of 9 tracks") })
  }

  @Test("A second run finds the same, down to what is drawn at random")
  func repeated() throws {
    let words = ["evaluate", "--json", "--baselines", "none"] + quick + [try labels()]
    let first = try place.run(.earshot, words)
    #expect(first.status == 0)
    #expect(try place.run(.earshot, words).output == first.output)
  }

  @Test("A track that cannot be heard is told of and left out")
  func failures() throws {
    let path = try labels(extra: "absent.mp3,house,one,recording\n")
    let ended = try place.run(
      .earshot,
      ["evaluate", "--json", "--copies", "none", "--baselines", "none"] + quick + [path])
    #expect(ended.status == 1)
    #expect(ended.messages.contains { $0.contains("absent.mp3") && $0.contains("[not-found]") })
    let object = try ended.object()
    #expect(object["failed"]?.integer == 1)
    #expect(object["tracks"]?.integer == 9)
    #expect(try object["rows"]?.elements.count == Self.shipped().count)
    #expect(object["rows"]?.elements.first?["report"]?["queries"]?.names == [])
  }

  @Test(
    "A table that is none is refused with the place of the fault",
    arguments: [
      ("path\n\"a", "the quote on line 2 is never closed"),
      ("file\na\n", "there is no column \"path\""), ("", "it holds no table"),
      ("path\nabsent.mp3\n", "no track of the tables could be heard"),
    ])
  func wrongTables(text: String, message: String) throws {
    let path = try place.folder.write(Array(text.utf8), as: "labels.csv")
    let ended = try place.run(.earshot, ["evaluate", path.string])
    #expect(ended.status == 1)
    #expect(ended.output == [])
    #expect(ended.messages.contains { $0.contains(message) }, "\(ended.messages)")
  }

  @Test("A library is measured by its tags, and the figures are drawn")
  func library() throws {
    for clip in [
      "house-1-harbour-lights", "house-2-car-deck", "house-3-ninth-floor",
      "house-4-daylight-saving", "rock-1-copper-wire", "rock-2-short-circuit",
    ] {
      try place.folder.write(Sounds.bytes(ofClip: clip + ".mp3"), as: "music/\(clip).mp3")
    }
    #expect(try place.earshot("index", "music").status == 0)
    let picture = place.path.appending("figures.svg")
    let ended = try place.earshot(
      "evaluate", "--json", "--copies", "none", "--plot", picture.string, "--excerpt", "2-6")
    #expect(ended.status == 0, "\(ended.messages)")
    let object = try ended.object()
    #expect(object["tracks"]?.integer == 6)
    let report = try #require(object["rows"]?.elements.first?["report"])
    // Three artists with two tracks each, all of one album each.
    #expect(report["artist_same"]?["recordings"]?["map"]?["n"]?.integer == 6)
    #expect(report["artist_other_album"]?["all"]?["p5"]?["n"]?.integer == 0)
    let drawing = try ReadableFile(picture).contents(limit: 1 << 24)
    #expect(String(decoding: drawing.prefix(200), as: UTF8.self).contains("<svg"))
  }

  @Test(
    "Copies are looked for at their own track where another has the same name but for its ending")
  func equalNames() throws {
    let clips = ["house-1-harbour-lights", "folk-1-mill-pond", "rock-1-copper-wire"]
    for clip in clips {
      try place.folder.write(Sounds.bytes(ofClip: clip + ".mp3"), as: "music/\(clip).mp3")
      let other = Sounds.music(seed: UInt64(clip.utf8.count), seconds: 8, rate: 22_050)
      try place.folder.write(Sounds.wav(other, rate: 22_050), as: "music/\(clip).wav")
    }
    #expect(try place.earshot("index", "music").status == 0)
    let words = ["evaluate", "--json", "--baselines", "none", "--model", "feature-statistics"]
    let object = try place.run(.earshot, words + quick).object()
    #expect(object["tracks"]?.integer == 6)
    let gain = object["rows"]?.elements.first?["report"]?["queries"]?["gain"]
    #expect(gain?["missing"]?.integer == 0)
    #expect(gain?["top1"]?["value"]?.double == 1)
  }

  @Test("An empty or absent library and a picture of an unknown kind are told of")
  func wrongUse() throws {
    #expect(try place.earshot("evaluate").status == 70)
    let ended = try place.earshot("evaluate", "--plot", "figures.bmp", "labels.csv")
    #expect(ended.status == 64)
  }

  @Test("Neither the table nor the library is written over", arguments: ["--output", "--plot"])
  func inputs(option: String) throws {
    let table = try labels()
    let picture = place.folder.path.appending("labels.png")
    let before = try ReadableFile(FilePath(table)).contents(limit: 1 << 20)
    try place.folder.write(before, as: "labels.png")
    let target = option == "--plot" ? picture.string : table
    let ended = try place.earshot("evaluate", option, target, target)
    #expect(ended.status == 64)
    #expect(try ReadableFile(FilePath(target)).contents(limit: 1 << 20) == before)
  }

  @Test("Nor is a model, and table and picture are two files")
  func moreInputs() throws {
    try write(seed: 1, as: "1.safetensors")
    try write(seed: 2, as: "2.safetensors")
    let before = try ReadableFile(place.path.appending("1.safetensors")).contents(limit: 1 << 24)
    let table = try labels()
    let seeds = "m=1.safetensors,2.safetensors"
    for words in [["--model", "1.safetensors"], ["--mean-of", seeds]] {
      let ended = try place.run(.earshot, ["evaluate"] + words + ["-o", "./1.safetensors", table])
      #expect(ended.status == 64, "\(ended.messages)")
    }
    let after = try ReadableFile(place.path.appending("1.safetensors")).contents(limit: 1 << 24)
    #expect(after == before)
    let ended = try place.earshot("evaluate", "-o", "a.png", "--plot", "./a.png", table)
    #expect(ended.status == 64)
  }
}

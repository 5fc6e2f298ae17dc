import FileAccess
import Plotting
import TestSupport
import Testing

@Suite("Commands that draw", .indexedMusic)
struct PictureCommandTests {
  let music: IndexedMusic

  init() throws { music = try IndexedMusic.current }

  private let song = "rock-1-copper-wire.mp3"

  /// Runs a command that draws, and looks at the picture.
  private func picture(_ words: [String], option: String = "--output") throws -> DecodedPicture {
    // One of its own for each question: tests run beside each other.
    let name =
      words.map { String($0.split(separator: "/").last ?? "") }.joined(separator: "-") + ".png"
    let ended = try music.place.run(.earshot, words + [option, name])
    try #require(ended.status == 0, "\(words): \(ended.messages)")
    return try DecodedPicture(
      png: ReadableFile(music.place.path.appending(name)).contents(limit: 1 << 24))
  }

  /// How many colours there are: a picture of nothing has few.
  private func colours(_ picture: DecodedPicture) -> Int {
    var found: Set<Colour> = []
    for y in stride(from: 0, to: picture.height, by: 3) {
      for x in stride(from: 0, to: picture.width, by: 3) {
        found.insert(picture.colour(x: x, y: y))
      }
    }
    return found.count
  }

  @Test(
    "spectrogram draws every feature in its own way",
    arguments: ["mel", "mfcc", "chroma", "chroma-cqt", "tonnetz"])
  func features(feature: String) throws {
    let words = ["spectrogram", "--feature", feature, "--width", "600", "--height", "300"]
    let picture = try picture(words + [music.path(song)])
    #expect((picture.width, picture.height) == (600, 300))
    #expect(colours(picture) > 100)
  }

  @Test("waveform looks closer and closer, into a moment that is asked for, or shows the mel bands")
  func waveform() throws {
    let loudest = try picture(["waveform", music.path(song)])
    let asked = try picture(["waveform", "--at", "3", music.path(song)])
    #expect((loudest.width, loudest.height) == (asked.width, asked.height))
    let differing = stride(from: 0, to: loudest.height, by: 3).count { y in
      stride(from: 0, to: loudest.width, by: 3).contains {
        loudest.colour(x: $0, y: y) != asked.colour(x: $0, y: y)
      }
    }
    #expect(differing > 20)
    #expect(try colours(picture(["waveform", "--mel", music.path(song)])) > 100)
    let beyond = try music.place.earshot(
      "waveform", "--at", "300", "-o", "no.png", music.path(song))
    #expect(beyond.status == 64 && beyond.messages[0].contains("--at"))
  }

  @Test("matrix draws correlations of descriptors and cosines of tracks")
  func matrix() throws {
    #expect(try colours(picture(["matrix", "descriptors"])) > 40)
    let all = try picture(["matrix", "tracks"])
    let two = try picture(
      ["matrix", "tracks", music.path(song), Sounds.clip("rock-3-long-road-out.mp3")])
    #expect(all.height > 300 && two.height > 300)
    let one = try music.place.earshot("matrix", "tracks", "-o", "no.png", music.path(song))
    #expect(one.status == 1)
    #expect(one.messages == ["earshot: there must be two tracks at least to compare"])
  }

  @Test("filters draws those of a network, and says where there are none")
  func filters() throws {
    #expect(try colours(picture(["filters"])) > 100)
    let none = try music.place.earshot("filters", "--model", "feature-statistics", "-o", "no.png")
    #expect(none.status == 1 && none.messages[0].contains("feature-statistics"))
  }

  @Test("losses draws the table of a training in both themes, and refuses what is none")
  func losses() throws {
    let table = "epoch,loss,validation_loss\n1,0.5,0.6\n2,0.3,0.5\n3,0.2,\n"
    try music.place.folder.write(Array(table.utf8), as: "run.losses.csv")
    let light = try picture(["losses", "run.losses.csv"])
    let dark = try picture(["losses", "run.losses.csv", "--theme", "dark"])
    #expect(colours(light) > 3 && light.colour(x: 0, y: 0) != dark.colour(x: 0, y: 0))
    for (name, text) in [
      ("none.csv", "epoch,loss,validation_loss\n"), ("other.csv", "a,b\n1,2\n"),
      ("binary.csv", "epoch,loss,validation_loss\n\u{0},1,1\n"),
    ] {
      try music.place.folder.write(Array(text.utf8), as: name)
      let ended = try music.place.earshot("losses", name, "-o", "no.png")
      #expect(ended.status == 1 && ended.messages.count == 1, "\(name)")
      #expect(ended.messages[0].contains("\(name): it is no table of the losses"))
    }
    #expect(
      try music.place.earshot("losses", "run.losses.csv", "-o", "run.losses.csv").status == 64)
  }

  @Test("how a picture looks has no meaning where none is drawn")
  func lookWithoutPicture() throws {
    for words in [
      ["similar", "--theme", "dark", music.path(song)], ["playlist", "cluster", "--width", "600"],
      ["evaluate", "--height", "400"],
    ] {
      let ended = try music.place.run(.earshot, words)
      #expect(ended.status == 64 && ended.messages[0].contains("without --plot"), "\(words)")
    }
    let words = ["similar", "--theme", "dark", "--width", "700", music.path(song)]
    let dark = try picture(words, option: "--plot-descriptors")
    let light = try picture(["similar", music.path(song)], option: "--plot-descriptors")
    #expect(dark.width == 700 && dark.colour(x: 0, y: 0) != light.colour(x: 0, y: 0))
  }

  @Test("a picture that has no room says what to ask for")
  func tooSmall() throws {
    let ended = try music.place.earshot(
      "filters", "--width", "300", "--height", "200", "-o", "no.png")
    #expect(ended.status == 70)
    #expect(ended.messages.count == 1 && ended.messages[0].contains("--width and --height"))
  }

  @Test("similar draws descriptors of its answers around those of the song, in the library or not")
  func boxes() throws {
    for seed in [music.path(song), Sounds.clip("rock-3-long-road-out.mp3")] {
      let command = seed == music.path(song) ? "similar" : "query"
      #expect(try colours(picture([command, seed], option: "--plot-descriptors")) > 8)
    }
    for words in [
      ["--plot-descriptors", "a.png", "--plot", "a.png"],
      ["--plot-descriptors", "a.png", "--list", "artists"],
    ] {
      let ended = try music.place.run(.earshot, ["similar"] + words + [music.path(song)])
      #expect(ended.status == 64, "\(words)")
    }
  }

  @Test("playlist cluster draws how good each number of groups was")
  func clusters() throws {
    #expect(try colours(picture(["playlist", "cluster"], option: "--plot")) > 8)
    for words in [["--clusters", "2"], ["--method", "dbscan"]] {
      let ended = try music.place.run(
        .earshot, ["playlist", "cluster", "--plot", "no.png"] + words)
      #expect(ended.status == 64, "\(words)")
    }
  }
}

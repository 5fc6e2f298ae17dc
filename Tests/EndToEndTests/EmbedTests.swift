import FileAccess
import FileFormats
import TestSupport
import Testing

private let rock = Sounds.clip("rock-1-copper-wire.mp3")
private let folk = Sounds.clip("folk-4-winter-coat.flac")
private let excerpt = ["--excerpt", "2-5"]

@Suite("embed prints vectors")
struct EmbedTests {
  let place = Workplace()

  private func numbers(_ line: String) -> [Float] {
    line.split(separator: " ", omittingEmptySubsequences: false).compactMap { Float($0) }
  }

  @Test("one song as text is 256 numbers on one line, a vector of length 1")
  func oneSong() throws {
    let ended = try place.run(.embed, excerpt + [rock])
    #expect(ended.status == 0)
    #expect(ended.messages == [])
    try #require(ended.lines.count == 1)
    #expect(!ended.lines[0].contains("\t"))
    let vector = numbers(ended.lines[0])
    try #require(vector.count == 256)
    #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    #expect(vector.allSatisfy { $0.isFinite })
  }

  @Test("several songs as text are a line each, with path and tab, in the order given")
  func severalSongs() throws {
    let ended = try place.run(.embed, excerpt + [rock, folk, rock])
    #expect(ended.status == 0)
    let parts = ended.lines.map { $0.split(separator: "\t").map(String.init) }
    try #require(parts.map(\.count) == [2, 2, 2])
    #expect(parts.map { $0[0] } == [rock, folk, rock])
    #expect(parts.map { numbers($0[1]).count } == [256, 256, 256])
    #expect(parts[0] == parts[2])
    #expect(parts[0][1] != parts[1][1])
  }

  @Test("a song is never overwritten by its own vector, under any name")
  func outputOverInput() throws {
    let bytes = try ReadableFile(FilePath(rock)).contents(limit: 1 << 20)
    let song = place.path.appending("song.mp3")
    try WrittenFile.replace(song, with: bytes)
    for output in [song.string, place.path.appending("./song.mp3").string] {
      let ended = try place.run(.embed, [song.string, "--output", output])
      #expect(ended.status == 64)
      #expect(ended.messages.count == 2)
    }
    #expect(try ReadableFile(song).contents(limit: 1 << 20) == bytes)
  }

  @Test("names that would break a line are shown, not written")
  func lineNames() throws {
    let bytes = try ReadableFile(FilePath(rock)).contents(limit: 1 << 20)
    let odd = place.path.appending("two\nlines\u{1B}[31m.mp3")
    try WrittenFile.replace(odd, with: bytes)
    let ended = try place.run(.embed, excerpt + [odd.string, rock])
    #expect(ended.status == 0)
    #expect(ended.lines.count == 2)
    #expect(!ended.lines.joined().contains("\u{1B}"))
  }

  @Test("JSON is one object a song, with the promised names in their order")
  func json() throws {
    let missing = place.path.appending("nowhere.mp3").string
    let ended = try place.run(.embed, ["--json"] + excerpt + [rock, missing, folk])
    #expect(ended.status == 1)
    let objects = try ended.objects()
    try #require(objects.count == 3)
    for (object, path) in [(objects[0], rock), (objects[2], folk)] {
      #expect(object.names == ["schema", "path", "model", "embedding", "audio"])
      #expect(object["schema"] == .number("1"))
      #expect(object["path"] == .string(path))
      #expect(object["model"]?.names == ["name", "id", "dimension"])
      #expect(object["model"]?["name"] == .string("earshot"))
      #expect(object["model"]?["id"]?.text?.count == 64)
      #expect(object["model"]?["dimension"] == .number("256"))
      #expect(object["embedding"]?.elements.compactMap(\.float).count == 256)
      #expect(
        object["audio"]?.names == ["codec", "sampleRate", "channels", "seconds", "excerpt"])
      #expect(object["audio"]?["excerpt"]?.names == ["start", "seconds"])
      #expect(object["audio"]?["excerpt"]?["start"]?.double == 2)
      #expect(object["audio"]?["excerpt"]?["seconds"]?.double == 3)
    }
    #expect(objects[0]["audio"]?["codec"] == .string("mp3"))
    #expect(objects[0]["audio"]?["sampleRate"] == .number("44100"))
    #expect(objects[0]["audio"]?["channels"] == .number("2"))
    #expect(abs((objects[0]["audio"]?["seconds"]?.double ?? 0) - 30) < 0.1)
    #expect(objects[2]["audio"]?["codec"] == .string("flac"))
    #expect(objects[2]["audio"]?["channels"] == .number("1"))
    #expect(objects[1].names == ["schema", "path", "error"])
    #expect(objects[1]["error"]?.names == ["code", "message"])
    #expect(objects[1]["error"]?["code"] == .string("not-found"))
  }

  @Test("text, JSON and npy hold the same numbers, and earshot embed is the same command")
  func sameNumbers() throws {
    let text = try place.run(.embed, excerpt + [rock])
    let json = try place.run(.embed, ["--format", "json"] + excerpt + [rock])
    let array = try place.run(.embed, ["--format", "npy"] + excerpt + [rock])
    let vector = numbers(text.lines.first ?? "")
    #expect(try json.object()["embedding"]?.elements.compactMap(\.float) == vector)
    #expect(try FileFormats.NumPyArray(bytes: array.output).values == vector)
    let other = try place.run(.earshot, ["embed", "--json"] + excerpt + [rock])
    #expect(other.output == json.output)
  }

  @Test("npy has a row for each song in order, NaN for what failed, and is written whole")
  func npy() throws {
    let missing = place.path.appending("nowhere.mp3").string
    let file = place.path.appending("vectors.npy")
    let ended = try place.run(
      .embed,
      excerpt + ["--format", "npy", "--output", file.string, rock, missing, folk])
    #expect(ended.status == 1)
    #expect(ended.output == [])
    #expect(ended.messages.count == 1)
    let array = try FileFormats.NumPyArray(
      bytes: ReadableFile(file).contents(limit: 1 << 20))
    try #require(array.shape == [3, 256])
    #expect(array.values[256..<512].allSatisfy { $0.isNaN })
    let alone = try place.run(.embed, excerpt + [folk])
    #expect(Array(array.values[512...]) == numbers(alone.lines.first ?? ""))
    #expect(array.values[..<256].allSatisfy { $0.isFinite })
    // Nothing but the array is left behind.
    #expect(try FolderEntry.names(in: place.path) == [FilePath("vectors.npy")])
  }

  @Test("a reader that went away is silence")
  func closedPipe() throws {
    for words in [["--json"], ["--format", "npy"], []] {
      let ended = try place.run(.embed, words + excerpt + [rock, folk], output: .closedPipe)
      #expect(ended.status == 0)
      #expect(ended.messages == [])
    }
    let manual = try place.run(.earshot, ["manual"], output: .closedPipe)
    #expect(manual.status == 0)
    #expect(manual.messages == [])
  }

  @Test("a full disk is an error, on standard output and for a file")
  func fullDisk() throws {
    let ended = try place.run(.embed, excerpt + [rock], output: .fullDisk)
    #expect(ended.status == 70)
    #expect(
      ended.messages == ["embed: the results could not be written: No space left on device"])
    let file = try place.run(
      .embed, excerpt + ["-o", place.path.appending("no/folder.txt").string, rock])
    #expect(file.status == 1)
    #expect(file.messages.count == 1)
    #expect(file.messages.first?.contains("no/folder.txt") == true)
  }

  @Test("wrong usage is 64, says what may be meant and prints nothing")
  func wrongUsage() throws {
    let cases: [(Program, [String], String)] = [
      (.embed, ["--fromat", "json", rock], "--format"),
      (.embed, ["--jsno", rock], "--json"),
      (.embed, ["--format", "jason", rock], "json"),
      (.earshot, ["embde", rock], "embed"),
      (.earshot, ["query", "--includeself", rock], "--include-self"),
      (.earshot, ["library", "failuers"], "failures"),
    ]
    for (program, words, meant) in cases {
      let ended = try place.run(program, words)
      #expect(ended.status == 64, "\(words)")
      #expect(ended.output == [], "\(words)")
      #expect(
        ended.messages.first?.contains("did you mean \"\(meant)\"?") == true, "\(ended.messages)")
      #expect(ended.messages.last?.hasPrefix("Usage: \(program)") == true)
    }
    for words in [[], ["--json", "--format", "npy", rock], ["--excerpt", "9-3", rock]] {
      let ended = try place.run(.embed, words)
      #expect(ended.status == 64, "\(words)")
      #expect(ended.output == [])
      #expect(ended.messages.count == 2)
    }
  }

  @Test("without a model the message says what helps, and no song is blamed")
  func noModel() throws {
    let ended = try place.run(.embed, ["--model", "no-such-model", rock])
    #expect(ended.status == 70)
    #expect(ended.output == [])
    #expect(
      ended.messages == [
        "embed: there is no model \"no-such-model\"; name a file, or put the model's folder into "
          + "EARSHOT_MODELS"
      ])
  }

  @Test("--version lists the libraries at their run-time versions")
  func version() throws {
    let sound = [
      "libmpg123", "libsndfile", "libopus", "libopusfile", "libsoxr", "FFTW", "Nettle", "oneDNN",
    ]
    let others = ["TagLib", "LAPACK", "SQLite", "cairo", "Chromaprint"]
    for (program, names) in [(Program.embed, sound), (.earshot, sound + others)] {
      let ended = try place.run(program, ["--version"])
      #expect(ended.status == 0)
      #expect(ended.lines.first?.hasPrefix("\(program) ") == true)
      for name in names {
        let line = ended.lines.first { $0.hasPrefix("  \(name) ") }
        #expect(line?.contains { $0.isNumber } == true, "\(name) in \(ended.text)")
      }
    }
  }

  @Test(
    "one song that needs more memory than there is fails as one song, in words and JSON",
    .disabled(if: Sanitizers.seeAddresses))
  func memory() throws {
    try place.folder.write(LongSong.bytes, as: "long.wav")
    let narrow = ["/bin/sh", "-c", "ulimit -v 250000; exec \"$@\"", "sh"]
    let ended = try place.run(.embed, ["--json", "--excerpt", "full", "long.wav"], as: narrow)
    #expect(ended.status == 1)
    #expect(try ended.object()["error"]?["code"]?.text == "limit-exceeded")
    #expect(
      ended.messages.suffix(1) == [
        "embed: long.wav: it needs more memory than a file may have [limit-exceeded]"
      ])
  }
}

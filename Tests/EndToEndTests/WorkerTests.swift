import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("A worker that is asked by lines")
struct WorkerTests {
  let place = Workplace()

  private func worker(_ words: String..., input: [UInt8]) throws -> Ended {
    try place.run(.earshot, ["worker"] + words, input: input)
  }

  @Test("says what embed says, and the sound's identity, file, tags and descriptors")
  func answer() throws {
    let path = Sounds.clip("rock-1-copper-wire.mp3")
    let ended = try worker(input: Array("\(path)\n".utf8))
    #expect(ended.status == 0)
    #expect(ended.messages == [])
    let heard = try ended.object()
    let embedded = try place.embed("--json", path).object()
    for name in ["schema", "path", "model", "embedding", "audio"] {
      #expect(heard[name] == embedded[name], "\(name)")
    }
    #expect(
      heard.names == [
        "schema", "path", "model", "embedding", "embeddingLengths", "audio", "trackID", "file",
        "tags", "descriptors",
        "fingerprint", "warnings",
      ])
    #expect(heard["tags"]?["title"]?.text == "Copper Wire")
    #expect(heard["trackID"]?.text?.count == 64)
    let entry = try FolderEntry(at: FilePath(path), followLinks: true)
    #expect(heard["file"]?["size"]?.integer == entry.size)
    #expect(heard["file"]?["modified"]?.integer == Int(entry.modificationTime))
    let tempo = try #require(heard["descriptors"]?["tempo"]?.double)
    #expect((60...240).contains(tempo))
  }

  @Test("answers each line in order, whatever stands in it")
  func lines() throws {
    let song = Sounds.wav(Sounds.music(seed: 1, seconds: 1.5))
    let names: [[UInt8]] = [
      Array("plain.wav".utf8), Array("two words.wav".utf8), [0x61, 0xFF, 0x2E], Array("{.wav".utf8),
    ]
    for name in names {
      try WrittenFile.replace(place.path.appending(FilePath(bytes: name)), with: song)
    }
    let requests: [[UInt8]] = [
      names[0], names[1], [], names[2], Array(#"{"path":"{.wav"}"#.utf8),
      Array(#"{"pathBytes":"Yf8u"}"#.utf8), Array("{broken".utf8), Array("missing.wav".utf8),
      Array("README".utf8),
    ]
    let ended = try worker(
      "--descriptors", "none", input: requests.map { $0 + [0x0A] }.flatMap { $0 })
    #expect(ended.status == 1)
    let heard = try ended.objects()
    #expect(
      heard.map { $0["error"]?["code"]?.text ?? $0["path"]?.text } == [
        "plain.wav", "two words.wav", "a\u{FFFD}.", "{.wav", "a\u{FFFD}.", "bad-request",
        "not-found",
        "not-found",
      ])
    #expect(heard[2]["pathBytes"]?.text == "Yf8u")
    #expect(heard[2]["embedding"] == heard[0]["embedding"])
    #expect(heard[0]["descriptors"] == .null)
  }

  @Test("takes names with line ends where NUL separates them")
  func null() throws {
    let song = Sounds.wav(Sounds.music(seed: 1, seconds: 1.5))
    try WrittenFile.replace(place.path.appending("a\nb.wav"), with: song)
    let ended = try worker("-0", "--descriptors", "none", input: Array("a\nb.wav\0none\0".utf8))
    #expect(
      try ended.objects().map { $0["error"]?["code"]?.text ?? $0["path"]?.text } == [
        "a\nb.wav", "not-found",
      ])
  }

  @Test("gives a file that takes too long up, and takes the next")
  func timeLimit() throws {
    try place.folder.write(LongSong.bytes, as: "long.wav")
    try place.folder.write(Sounds.wav(Sounds.music(seed: 1, seconds: 1.5)), as: "short.wav")
    let ended = try worker(
      "--excerpt", "full", "--time-limit", "1", input: Array("long.wav\nshort.wav\n".utf8))
    let heard = try ended.objects()
    try #require(heard.count == 2, "\(ended.messages)")
    #expect(heard.map { $0["error"]?["code"]?.text } == ["timed-out", nil])
    #expect(heard[0]["error"]?["message"]?.text == "it was not through after 1 s")
  }

  @Test(
    "gives a file that takes too much memory up, and takes the next",
    .disabled(if: Sanitizers.seeAddresses))
  func memoryLimit() throws {
    // Room for the program itself, but not for 25 minutes of samples.
    try place.folder.write(LongSong.bytes, as: "long.wav")
    try place.folder.write(Sounds.wav(Sounds.music(seed: 1, seconds: 1.5)), as: "short.wav")
    let ended = try worker(
      "--excerpt", "full", "--memory-limit", "256", "--descriptors", "none",
      input: Array("long.wav\nshort.wav\n".utf8))
    let heard = try ended.objects()
    #expect(heard.map { $0["error"]?["code"]?.text } == ["limit-exceeded", nil])
  }

  @Test("driven directly greets, asks whether a sound is wanted, and does as it is told")
  func direct() throws {
    let path = Sounds.clip("rock-1-copper-wire.mp3")
    let input = #"{"path":"\#(path)","ask":true}"# + "\n" + #"{"analyse":false}"# + "\n"
    let said = try worker("--direct", input: Array(input.utf8)).objects()
    #expect(said.count == 3)
    #expect(said[0]["worker"]?["model"]?["name"]?.text == "earshot")
    #expect(said[1].names == ["schema", "path", "question"])
    #expect(said[2].names == ["schema", "path", "trackID", "file", "tags"])
    #expect(said[1]["question"] == said[2]["trackID"])
  }

  @Test("that cannot start says why, and nothing else")
  func noModel() throws {
    let ended = try worker("--model", "nowhere", input: Array("a.mp3\n".utf8))
    #expect(ended.status == 70)
    #expect(ended.output == [])
    #expect(ended.messages.count == 1)
  }
}

/// A song that takes seconds in full.
enum LongSong {
  static let bytes: [UInt8] = {
    let piece = Sounds.music(seed: 3, seconds: 30, rate: 8_000)
    let samples = (0..<40).flatMap { _ in piece }
    return Sounds.wav(samples, rate: 8_000, .unsigned8)
  }()
}

import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("train of a network")
struct TrainTests {
  let place = Workplace()

  init() throws {
    for number in 0..<6 {
      let song = Sounds.music(seed: UInt64(number), seconds: 9, rate: 8_000)
      try place.folder.write(Sounds.wav(song, rate: 8_000), as: "music/\(number).wav")
    }
  }

  private static func words(
    _ output: String, _ more: [String] = [], epochs: Int = 4
  ) -> [String] {
    [
      "train", "--model", "contrastive-cnn", "--data", "music", "--output", output, "--epochs",
      "\(epochs)",
      "--tiles-per-track", "6", "--batch", "2", "--validation", "20", "--threads", "1",
    ] + more
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    try ReadableFile(place.path.appending(name)).contents(limit: 1 << 27)
  }

  private func exists(_ name: String) -> Bool {
    (try? FolderEntry(at: place.path.appending(name), followLinks: true)) != nil
  }

  @Test("that was killed, then stopped, and continued gives the same model, byte for byte")
  func continued() throws {
    let whole = try place.run(.earshot, Self.words("whole.safetensors", ["--json"]))
    #expect(whole.status == 0, "\(whole.messages)")
    let epochs = try whole.objects()
    #expect(epochs.count == 5)
    #expect(epochs.prefix(4).map { $0["epoch"]?.integer } == [1, 2, 3, 4])
    #expect(epochs.prefix(4).allSatisfy { ($0["training"]?["contrast"]?.double ?? -1) >= 0 })
    // The loss of a single pair would tell nothing.
    #expect(epochs.prefix(4).allSatisfy { $0["validation"]?["contrast"] == .null })
    #expect(epochs[4]["model"]?["name"]?.text == "contrastive-cnn")
    for name in ["features", "losses.csv", "losses.png", "md"] { #expect(exists("whole.\(name)")) }

    let broken = Self.words("broken.safetensors").map { Array($0.utf8) }
    let killed = try place.start(.earshot, broken)
    try #require(killed.wait { exists("broken.checkpoint") })
    killed.send(SIGKILL)
    #expect(try killed.end().status == 128 + SIGKILL)
    #expect(!exists("broken.safetensors"))

    let before = try bytes("broken.checkpoint")
    let stopped = try place.start(.earshot, broken)
    _ = stopped.wait { (try? bytes("broken.checkpoint")) != before }
    stopped.send(SIGINT)
    let end = try stopped.end()
    // A quick machine may have been through before the signal came.
    #expect(end.status == 130 || end.status == 0, "\(end.messages)")
    if end.status == 130 {
      #expect(end.messages.contains { $0.contains("run the same command again") })
    }
    let last = try place.run(.earshot, Self.words("broken.safetensors"))
    #expect(last.status == 0, "\(last.messages)")
    #expect(last.messages.contains { $0.contains("going on after epoch") })
    let isSame = try bytes("broken.safetensors") == bytes("whole.safetensors")
    #expect(isSame)
    let embedded = try place.embed("--model", "broken.safetensors", "--json", "music/0.wav")
    #expect(embedded.status == 0)
    #expect(try embedded.object()["embedding"]?.elements.count == 128)

    let other = try place.run(
      .earshot, Self.words("broken.safetensors", ["--learning-rate", "0.01"]))
    #expect(other.status == 64)
    #expect(other.messages.contains { $0.contains("learning-rate was 0.001 and is now 0.01") })
    let anew = try place.run(
      .earshot,
      Self.words("broken.safetensors", ["--learning-rate", "0.01", "--restart"], epochs: 1))
    #expect(anew.status == 0, "\(anew.messages)")
    let drawing = try place.earshot(
      "reconstruct", "--model", "whole.safetensors", "music/0.wav", "--output", "no.png")
    #expect(drawing.status == 1 && !exists("no.png"))
    #expect(drawing.messages.contains { $0.contains("has no decoder") })
  }

  @Test("takes artists, sources and licences from a table, and measures on another")
  func tables() throws {
    let rows = (0..<6).map { "music/\($0).wav,someone \($0 / 3),A source,CC0,recording" }
    let table = (["path,artist,source,licence,kind"] + rows).joined(separator: "\n") + "\n"
    try place.folder.write(Array(table.utf8), as: "table.csv")
    let ended = try place.earshot(
      "train", "--model", "contrastive-cnn", "--data", "table.csv", "--evaluate", "table.csv",
      "--output", "model.safetensors", "--epochs", "1", "--tiles-per-track", "1", "--batch", "2",
      "--validation", "50", "--name", "mine", "--half", "--progress", "none", "--cache", "shared")
    #expect(ended.status == 0, "\(ended.messages)")
    #expect(exists("shared") && !exists("model.features"))
    let card = String(decoding: try bytes("model.md"), as: UTF8.self)
    #expect(card.hasPrefix("# mine\n"))
    for line in [
      "| A source | CC0 | 6 |", "| tracks learnt from | 3 |", "| augmentation | probability 0.5",
      "Same artist",
    ] { #expect(card.contains(line)) }
  }

  @Test("refuses what a kind of model cannot do")
  func wrong() throws {
    for words in [
      Self.words("m.features"), Self.words("m.checkpoint"),
      ["train", "--data", "music", "-o", "m.safetensors", "--epochs", "3"],
      [
        "train", "--model", "contrastive-cnn", "--objective", "both", "--data", "music", "-o",
        "m.safetensors",
      ],
    ] {
      let ended = try place.run(.earshot, words)
      #expect(ended.status == 64)
      #expect(!exists("m.safetensors"))
    }
    try place.folder.write(Array("no cache".utf8), as: "features")
    let ended = try place.run(.earshot, Self.words("m.safetensors", ["--cache", "features"]))
    #expect(
      ended.status != 0 && ended.messages.contains { $0.contains("is not a cache of this Earshot") }
    )
    #expect(try bytes("features") == Array("no cache".utf8))
  }

  @Test("of the model earshot: listens once, trains, is measured, embeds and draws")
  func earshot() throws {
    for number in 6..<24 {
      let song = Sounds.music(seed: UInt64(number), seconds: 6, rate: 8_000)
      try place.folder.write(Sounds.wav(song, rate: 8_000), as: "music/\(number).wav")
    }
    try place.folder.write(Array("not a sound".utf8), as: "music/notes.txt")
    let words = [
      "train", "--model", "earshot", "--data", "music", "--output", "own.safetensors", "--epochs",
      "1", "--tiles-per-track", "1", "--validation", "0", "--threads", "1", "--half", "--json",
    ]
    // The decoder's last steps take a while in a program that is not optimised.
    let ended = try place.start(.earshot, words.map { Array($0.utf8) }).end(seconds: 600)
    #expect(ended.status == 0, "\(ended.messages)")
    let objects = try ended.objects()
    #expect(objects.count == 2)
    #expect(objects.first?["training"]?["contrast"]?.double ?? -1 > 0)
    #expect(objects.last?["model"]?["dimension"]?.integer == 256)
    #expect(objects.last?["tracks"]?.integer == 24)
    for name in ["windows", "checkpoint", "losses.csv", "losses.png", "md"] {
      #expect(exists("own.\(name)"))
    }
    let vector = try place.embed("--model", "own.safetensors", "--format", "npy", "music/0.wav")
    #expect(vector.status == 0)
    try place.folder.write(vector.output, as: "vector.npy")
    let drawn = try place.earshot(
      "reconstruct", "--model", "own.safetensors", "music/0.wav", "-o", "song.png", "--json")
    #expect(drawn.status == 0, "\(drawn.messages)")
    #expect(try drawn.object()["meanSquaredError"]?.double ?? 1 < 0.5)
    let ofVector = try place.earshot(
      "reconstruct", "--model", "own.safetensors", "--vector", "vector.npy", "-o", "vector.png")
    #expect(ofVector.status == 0, "\(ofVector.messages)")
    #expect(exists("song.png") && exists("vector.png"))
    for option in [["--objective", "both"], ["--augment", "full"], ["--patience", "3"]] {
      let refused = try place.run(.earshot, words + option)
      #expect(refused.status == 64)
      #expect(refused.messages.contains { $0.contains("has no meaning for") })
    }
    let only = Sounds.music(seed: 1, seconds: 6, rate: 8_000)
    try place.folder.write(Sounds.wav(only, rate: 8_000), as: "few/only.wav")
    let few = try place.run(
      .earshot, ["train", "--model", "earshot", "--data", "few", "--output", "few.safetensors"])
    #expect(few.status != 0 && !exists("few.safetensors"))
    #expect(few.messages.contains { $0.contains("1 track to learn from") }, "\(few.messages)")
  }
}

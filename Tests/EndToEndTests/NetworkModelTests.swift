import Embedding
import FileAccess
import NeuralNetwork
import TestSupport
import Testing

@Suite("A model that is a network")
struct NetworkModelTests {
  let place = Workplace()
  private let clips = [
    "rock-1-copper-wire.mp3", "rock-2-short-circuit.mp3", "lo-fi-3-last-stop.mp3",
  ]

  /// Writes a network with random weights into the folder as `NAME.safetensors`.
  private func write(_ architecture: NetworkArchitecture, as name: String) throws {
    var generator = SeededGenerator(seed: 1)
    try EmbeddingModel(
      network: EmbeddingNetwork(architecture, withDecoder: false, weights: &generator), name: name,
      tileCount: 4,
      standardisation: EmbeddingModel.Standardisation(
        mean: [Float](repeating: 0, count: architecture.dimension),
        deviation: [Float](repeating: 1, count: architecture.dimension)),
      card: ["data": "none"]
    ).write(to: place.path.appending(name + ".safetensors"))
  }

  private func index(model: String) throws {
    for clip in clips {
      try place.folder.write(try Sounds.bytes(ofClip: clip), as: "music/\(clip)")
    }
    let ended = try place.earshot(
      "index", "--workers", "2", "--model", model + ".safetensors", "music")
    try #require(ended.status == 0, "\(ended.messages)")
  }

  private func results(_ words: String...) throws -> [JSON] {
    let ended = try place.run(.earshot, words)
    try #require(ended.status == 0, "\(ended.messages)")
    return try #require(ended.object()["results"]).elements
  }

  private func number(_ value: JSON?) throws -> Double { try #require(value?.double) }

  @Test("embed, index and query make the same vectors, and query uses the library's model unasked")
  func sameVectors() throws {
    try write(.timeFrequencyAutoencoder, as: "halves")
    try index(model: "halves")
    let held = try place.heldTracks()
    let songs = clips.map { "music/\($0)" }
    let embedded = try place.run(
      .embed, ["--model", "halves.safetensors", "--format", "json"] + songs)
    try #require(embedded.status == 0, "\(embedded.messages)")
    for (object, clip) in zip(try embedded.objects(), clips) {
      let vector = try #require(object["embedding"]).elements.compactMap(\.float)
      #expect(vector.count == 256)
      #expect(held[place.path.appending("music/\(clip)")]?.vector == vector)
      #expect(object["model"]?["name"] == .string("halves"))
    }
    let own = try results("query", "--json", "--include-self", "-k", "1", songs[0])
    #expect(try number(own.first?["similarity"]) > 0.99999)
  }

  @Test("similarity is the mean of both halves, and follows the weights that are given")
  func weights() throws {
    try write(.timeFrequencyAutoencoder, as: "halves")
    try index(model: "halves")
    let song = "music/\(clips[0])"
    for words in [["query", "--json", song], ["similar", "--json", song]] {
      let plain = try place.run(.earshot, words)
      try #require(plain.status == 0, "\(plain.messages)")
      let found = try #require(plain.object()["results"]).elements
      #expect(found.count == 2)
      for result in found {
        let (time, frequency) = (
          try number(result["timeSimilarity"]), try number(result["frequencySimilarity"])
        )
        #expect(abs(try number(result["similarity"]) - (time + frequency) / 2) < 1e-5)
        #expect(time != frequency)
        #expect(result["percentile"]?.double != nil)
      }
      let weighted = try place.run(.earshot, words + ["--weight", "time=3,frequency=1"])
      for result in try #require(weighted.object()["results"]).elements {
        let (time, frequency) = (
          try number(result["timeSimilarity"]), try number(result["frequencySimilarity"])
        )
        #expect(abs(try number(result["similarity"]) - (3 * time + frequency) / 4) < 1e-5)
        #expect(result["percentile"] == .null)
      }
      let alone = try place.run(.earshot, words + ["--weight", "time=0"])
      let order = try #require(alone.object()["results"]).elements.map {
        try number($0["frequencySimilarity"])
      }
      #expect(order == order.sorted(by: >))
    }
  }

  @Test("a model without halves has none to weigh: wrong usage")
  func noHalves() throws {
    try write(.contrastiveCNN, as: "whole")
    try index(model: "whole")
    let song = "music/\(clips[0])"
    let result = try #require(try results("query", "--json", song).first)
    #expect(result["timeSimilarity"] == .null)
    #expect(result["frequencySimilarity"] == .null)
    for command in ["query", "similar"] {
      let ended = try place.earshot(command, "--weight", "time=2", song)
      #expect(ended.status == 64)
      #expect(
        ended.messages.first
          == "earshot \(command): \"--weight time or frequency\" has no meaning for the "
          + "model \"whole\", whose vectors have no halves")
    }
  }

  @Test(
    "a model file that claims to be the library's, with vectors of another length, is no reason to stop"
  )
  func claimedIdentity() throws {
    try write(.contrastiveCNN, as: "short")
    try index(model: "short")
    try write(.timeFrequencyAutoencoder, as: "long")
    let copies = place.library.parent.appending("models")
    let own = try #require(try FolderEntry.names(in: copies).first)
    // The longer model under the identity of the library's own, in its place.
    let long = try SafeTensors(place.path.appending("long.safetensors"))
    var metadata = long.metadata
    metadata["identity"] = try SafeTensors(copies.appending(own)).metadata["identity"]
    for path in [copies.appending(own), place.path.appending("forged.safetensors")] {
      try SafeTensors.write(
        long.names.map { ($0, try long.tensor($0)) }, metadata: metadata, to: path)
    }
    let similar = try results("similar", "--json", "music/\(clips[0])")
    #expect(similar.count == 2)
    #expect(similar.allSatisfy { $0["timeSimilarity"] == .null })
    for words in [["query"], ["query", "--model", "forged.safetensors"]] {
      let ended = try place.run(.earshot, words + ["music/\(clips[0])"])
      #expect(ended.status == 1)
      #expect(ended.messages.contains { $0.contains("[model-mismatch]") }, "\(ended.messages)")
    }
  }
}

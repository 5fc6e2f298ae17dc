import AudioDecoding
import Embedding
import FileAccess
import SpectralFeatures
import TestSupport
import Testing

@Suite("reconstruct")
struct ReconstructTests {
  let place = Workplace()

  /// An untrained autoencoder whose card claims that half its tracks had this error.
  private func model(
    percentile99: Float, settings: SpectrogramSettings = MelImage.settings
  ) throws {
    struct Card: Encodable {
      let reconstruction: [String: Float]
    }
    let count = NetworkArchitecture.convolutionalAutoencoder.dimension
    try EmbeddingModel(
      network: EmbeddingNetwork(.convolutionalAutoencoder, seed: 1), name: "drawing",
      settings: settings, tileCount: 2,
      standardisation: .init(
        mean: [Float](repeating: 0, count: count), deviation: [Float](repeating: 1, count: count)),
      card: Card(reconstruction: [
        "median": percentile99 / 2, "percentile95": percentile99, "percentile99": percentile99,
      ])
    ).write(to: place.path.appending("drawing.safetensors"))
    let song = Sounds.music(seed: 3, seconds: 12, rate: 8_000)
    try place.folder.write(Sounds.wav(song, rate: 8_000), as: "song.wav")
  }

  private func isPicture(_ name: String) throws -> Bool {
    try ReadableFile(place.path.appending(name)).contents(limit: 1 << 24)
      .starts(with: [0x89, 0x50, 0x4E, 0x47])
  }

  @Test(
    "draws a song, tells the error and whether it is unlike the training", arguments: [1e-6, 1])
  func song(percentile99: Float) throws {
    try model(percentile99: percentile99)
    let ended = try place.earshot(
      "reconstruct", "--model", "drawing.safetensors", "song.wav", "-o", "song.png", "--json")
    #expect(ended.status == 0, "\(ended.messages)")
    let object = try ended.object()
    let error = try #require(object["meanSquaredError"]?.float)
    #expect(error > 1e-4 && error < 1)
    #expect(object["isUnlikeTraining"] == .bool(percentile99 < 0.5))
    #expect(ended.messages.contains { $0.contains("unlike anything") } == (percentile99 < 0.5))
    #expect(try isPicture("song.png"))
  }

  @Test("shows the network the picture that its own settings make")
  func settings() throws {
    var settings = MelImage.settings
    settings.sampleRate = 16_000
    settings.frameLength = 1_024
    settings.hopLength = 256
    settings.maximumFrequency = 6_000
    try model(percentile99: 1, settings: settings)
    let ended = try place.earshot(
      "reconstruct", "--model", "drawing.safetensors", "song.wav", "-o", "song.png", "--json")
    #expect(ended.status == 0, "\(ended.messages)")
    let error = try #require(try ended.object()["meanSquaredError"]?.float)
    let network = try #require(
      try EmbeddingModel(place.path.appending("drawing.safetensors")).network(withDecoder: true))
    func expected(_ settings: SpectrogramSettings) throws -> Float? {
      let audio = try AudioDecoder(
        options: DecodingOptions(sampleRate: Int(settings.sampleRate), excerpt: .middle)
      ).decode(place.path.appending("song.wav"))
      let features = SpectralAnalyzer(settings: settings, contents: .melDecibels)
        .analyze(audio.samples)
      return features.melDecibels.flatMap {
        network.reconstruction(of: MelImage(melDecibels: $0))?.meanSquaredError
      }
    }
    let own = try #require(try expected(settings))
    let usual = try #require(try expected(MelImage.settings))
    #expect(abs(error - own) < 1e-6)
    #expect(abs(usual - own) > 1e-4)
  }

  @Test("draws a vector as embed writes it, and refuses what is none")
  func vector() throws {
    try model(percentile99: 1)
    let embedded = try place.embed(
      "--model", "drawing.safetensors", "--format", "npy", "--output", "song.npy", "song.wav")
    #expect(embedded.status == 0, "\(embedded.messages)")
    let ended = try place.earshot(
      "reconstruct", "--model", "drawing.safetensors", "--vector", "song.npy", "-o", "vector.png")
    #expect(ended.status == 0, "\(ended.messages)")
    #expect(try isPicture("vector.png"))
    let wrong = try place.earshot(
      "reconstruct", "--model", "drawing.safetensors", "--vector", "song.wav", "-o", "no.png")
    #expect(wrong.status == 1)
    #expect(wrong.messages.contains { $0.contains("one vector of 256") })
    let both = try place.earshot(
      "reconstruct", "--model", "drawing.safetensors", "--vector", "song.npy", "song.wav", "-o",
      "no.png")
    #expect(both.status == 64)
    let missing = try place.earshot(
      "reconstruct", "--model", "drawing.safetensors", "nothing.wav", "-o", "no.png")
    #expect(missing.status == 1)
  }
}

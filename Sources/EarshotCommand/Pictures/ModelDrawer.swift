import Embedding
import SpectralFeatures

/// Draws what a model with a decoder keeps of a sound.
struct ModelDrawer {
  let model: EmbeddingModel
  private let kind: Kind

  private enum Kind {
    /// Tile by tile.
    case tiles(EmbeddingNetwork)
    /// The whole excerpt from its vector.
    case excerpt
  }

  /// A drawn sound: rows of 128, the highest band first, from 0 to 1.
  struct Drawing {
    /// What was heard; nil where a vector is all there is.
    let original: [Float]?
    let reconstruction: [Float]
    let columnCount: Int
    /// How long the columns are together.
    let seconds: Double
    let meanSquaredError: Float
  }

  /// A drawer of a model; nil where it has no decoder.
  /// - Throws: `ModelError`.
  init?(_ model: EmbeddingModel) throws {
    self.model = model
    if model.drawsPictures {
      kind = .excerpt
    } else if let network = try model.network(withDecoder: true), network.decoder != nil {
      kind = .tiles(network)
    } else {
      return nil
    }
  }

  /// Draws samples at the model's own rate.
  func draw(_ samples: [Float]) throws -> Drawing {
    let settings = model.settings
    let features = SpectralAnalyzer(settings: settings, contents: model.contents).analyze(samples)
    guard let melDecibels = features.melDecibels else {
      preconditionFailure("no mel spectrogram of \(samples.count) samples")
    }
    switch kind {
    case .tiles(let network):
      let image = MelImage(melDecibels: melDecibels)
      guard let made = network.reconstruction(of: image) else {
        preconditionFailure("a decoder that draws nothing")
      }
      return Drawing(
        original: image.pixels, reconstruction: made.pixels, columnCount: image.columnCount,
        seconds: Double(image.columnCount) * columnSeconds,
        meanSquaredError: made.meanSquaredError)
    case .excerpt:
      let original = EarshotPicture.pixels(of: EarshotInput.pairs(of: melDecibels))
      guard let drawn = try model.picture(of: model.embed(features)) else {
        preconditionFailure("a decoder that draws nothing")
      }
      let error = zip(original, drawn).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return Drawing(
        original: original, reconstruction: drawn, columnCount: EarshotPicture.side,
        seconds: Double(melDecibels.frameCount * settings.hopLength) / settings.sampleRate,
        meanSquaredError: error / Float(original.count))
    }
  }

  /// Draws a vector; nil where it cannot be drawn.
  /// - Parameter vector: as many finite numbers as the model's vectors have, not all zero.
  func draw(vector: [Float]) throws -> Drawing? {
    let side = NetworkArchitecture.tileSide
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length.isFinite else { return nil }
    let pixels: [Float]?
    let seconds: Double
    switch kind {
    case .tiles(let network):
      pixels = model.decoderInput(for: vector).flatMap { network.tile(of: $0) }
      seconds = Double(side) * columnSeconds
    case .excerpt:
      pixels = try model.picture(of: vector.map { $0 / length })
      seconds = Self.excerptSeconds
    }
    return pixels.map {
      Drawing(
        original: nil, reconstruction: $0, columnCount: side, seconds: seconds,
        meanSquaredError: .nan)
    }
  }

  /// What a vector of an excerpt stands for.
  private static let excerptSeconds = 30.0

  /// A column of a mel image is 1292 / 512 frames.
  private var columnSeconds: Double {
    1292 / 512 * Double(model.settings.hopLength) / model.settings.sampleRate
  }
}

internal import NeuralNetwork
public import SpectralFeatures
internal import Synchronization

/// Draws what a model with a decoder keeps of a sound.
public final class ModelDrawer: Sendable {
  /// The model whose decoder draws.
  public let model: EmbeddingModel
  private let kind: Kind
  /// Layers remember their last input, so they serve one thread at a time.
  private let layers: Mutex<Layers>

  private enum Kind {
    /// Tile by tile.
    case tiles
    /// The whole excerpt from its vector.
    case excerpt
  }

  private struct Layers {
    var tiles: EmbeddingNetwork?
    var excerpt: (any Layer)?
  }

  /// A drawn sound: rows of 128, the highest band first, from 0 to 1.
  public struct Drawing: Sendable {
    /// What was heard; nil where a vector is all there is.
    public let original: [Float]?
    /// What was drawn of it, as large.
    public let reconstruction: [Float]
    /// How many columns both have.
    public let columnCount: Int
    /// How long the columns are together.
    public let seconds: Double
    /// The mean of the squared differences; NaN where a vector is all there is.
    public let meanSquaredError: Float
  }

  /// A drawer of a model; nil where it has no decoder.
  /// - Throws: `wrongTensor`, `damaged`, `file`.
  public init?(_ model: EmbeddingModel) throws(ModelError) {
    self.model = model
    if let decoder = try model.pictureDecoder() {
      kind = .excerpt
      layers = Mutex(Layers(tiles: nil, excerpt: decoder))
    } else if let network = try model.network(withDecoder: true), network.decoder != nil {
      kind = .tiles
      layers = Mutex(Layers(tiles: network, excerpt: nil))
    } else {
      return nil
    }
  }

  /// Draws samples at the model's own rate.
  public func draw(_ samples: [Float]) -> Drawing {
    let analyzer = SpectralAnalyzer(settings: model.settings, contents: model.contents)
    return draw(analyzer.analyze(samples))
  }

  /// Draws a sound by its features.
  /// - Parameters:
  ///   - features: all that the model takes.
  ///   - vector: what the model made of them, where that is known.
  public func draw(_ features: SpectralFeatureSet, vector: [Float]? = nil) -> Drawing {
    let settings = model.settings
    guard let melDecibels = features.melDecibels else {
      preconditionFailure("a sound without its mel spectrogram")
    }
    switch kind {
    case .tiles:
      let image = MelImage(melDecibels: melDecibels)
      guard let made = layers.withLock({ $0.tiles?.reconstruction(of: image) }) else {
        preconditionFailure("a decoder that draws nothing")
      }
      return Drawing(
        original: image.pixels, reconstruction: made.pixels, columnCount: image.columnCount,
        seconds: Double(image.columnCount) * columnSeconds,
        meanSquaredError: made.meanSquaredError)
    case .excerpt:
      let original = EarshotPicture.pixels(of: EarshotInput.pairs(of: melDecibels))
      let drawn = picture(of: vector ?? model.embed(features))
      let error = zip(original, drawn).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return Drawing(
        original: original, reconstruction: drawn, columnCount: EarshotPicture.side,
        seconds: Double(melDecibels.frameCount * settings.hopLength) / settings.sampleRate,
        meanSquaredError: error / Float(original.count))
    }
  }

  /// Draws a vector; nil where it cannot be drawn.
  /// - Parameter vector: as many finite numbers as the model's vectors have, not all zero.
  public func draw(vector: [Float]) -> Drawing? {
    precondition(
      vector.count == model.dimension, "a vector of \(vector.count), not \(model.dimension)")
    let side = NetworkArchitecture.tileSide
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length.isFinite else { return nil }
    let pixels: [Float]?
    let seconds: Double
    switch kind {
    case .tiles:
      pixels = model.decoderInput(for: vector).flatMap { input in
        layers.withLock { $0.tiles?.tile(of: input) }
      }
      seconds = Double(side) * columnSeconds
    case .excerpt:
      pixels = picture(of: vector.map { $0 / length })
      seconds = Self.excerptSeconds
    }
    return pixels.map {
      Drawing(
        original: nil, reconstruction: $0, columnCount: side, seconds: seconds,
        meanSquaredError: .nan)
    }
  }

  /// What the decoder of a model `earshot` draws of a vector: 128 x 128 values, an excerpt's time in 128
  /// columns. The vector knows no order of time, so what is drawn is spectrum and texture.
  private func picture(of vector: [Float]) -> [Float] {
    let input = vector.map { $0 * EarshotNetwork.decoderFactor }
    return layers.withLock { layers in
      layers.excerpt?.forward(Tensor(shape: [1, input.count], values: input), training: false)
        .values ?? []
    }
  }

  /// What a vector of an excerpt stands for.
  private static let excerptSeconds = 30.0

  /// A column of a mel image is 1292 / 512 frames.
  private var columnSeconds: Double {
    1292 / 512 * Double(model.settings.hopLength) / model.settings.sampleRate
  }
}

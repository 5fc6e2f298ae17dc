public import Embedding
public import NeuralNetwork

/// A network as training sees it.
public struct NetworkInTraining {
  /// What it is called in checkpoints.
  public let name: String
  /// (tiles, 128, 128), values from 0 to 1, to (tiles, dimension).
  public let encoder: any Layer
  /// (tiles, dimension) back to (tiles, 128, 128, 1), where there is one.
  public let decoder: (any Layer)?

  /// Puts a network together.
  public init(name: String, encoder: any Layer, decoder: (any Layer)?) {
    self.name = name
    self.encoder = encoder
    self.decoder = decoder
  }

  /// A network of a model.
  public init(_ network: EmbeddingNetwork) {
    self.init(
      name: network.architecture.rawValue, encoder: network.encoder, decoder: network.decoder)
  }

  /// Those of the encoder, then those of the decoder, with their paths.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    encoder.namedParameters.map { ("encoder.\($0.name)", $0.parameter) }
      + (decoder?.namedParameters ?? []).map { ("decoder.\($0.name)", $0.parameter) }
  }
}

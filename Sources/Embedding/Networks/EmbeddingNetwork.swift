public import NeuralNetwork

/// A network that makes vectors of tiles, and where it has a decoder, tiles of vectors.
///
/// One for training and for use. Its layers remember their last input, so a network serves one
/// thread at a time.
public final class EmbeddingNetwork {
  /// Which network it is.
  public let architecture: NetworkArchitecture

  /// Tiles, (batch, 128 rows with high frequencies on top, 128 columns), numbers from 0 to 1, to
  /// vectors, (batch, dimension), neither standardised nor normalised unless the network does so.
  public let encoder: any Layer

  /// Such vectors to images, (batch, 128, 128, 1), numbers from 0 to 1; nil where there is none.
  public let decoder: (any Layer)?

  /// A network with random weights, the same for the same seed.
  public convenience init(_ architecture: NetworkArchitecture, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.init(architecture, withDecoder: true, weights: &generator)
  }

  /// A network whose weights are taken from `weights`.
  ///
  /// - Parameters:
  ///   - withDecoder: false leaves the decoder out where the architecture has one.
  ///   - weights: a ``SeededGenerator``; or ``GivenLater``, after which ``give(_:)`` must follow.
  public init(
    _ architecture: NetworkArchitecture, withDecoder: Bool, weights: inout some WeightSource
  ) {
    self.architecture = architecture
    switch architecture {
    case .timeFrequencyAutoencoder:
      encoder = NetworkParts.timeFrequencyEncoder(weights: &weights)
    case .convolutionalAutoencoder: encoder = NetworkParts.imageEncoder(weights: &weights)
    case .contrastiveCNN: encoder = NetworkParts.contrastiveEncoder(weights: &weights)
    }
    decoder =
      withDecoder && architecture.hasDecoder ? NetworkParts.imageDecoder(weights: &weights) : nil
  }

  /// What training changes and a model file keeps, encoder first, each with its path: the names
  /// of the state dictionary of a PyTorch module with the members `encoder` and `decoder` that is
  /// built alike, in its order but for PyTorch's `num_batches_tracked`.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    encoder.namedParameters.map { ("encoder.\($0.name)", $0.parameter) }
      + (decoder?.namedParameters ?? []).map { ("decoder.\($0.name)", $0.parameter) }
  }

  /// The parameters of ``namedParameters`` alone, for an optimiser.
  public var parameters: [Parameter] { namedParameters.map(\.parameter) }

  /// Sets every parameter to the tensor that `tensor` gives for its path and shape.
  public func give<Failure>(
    _ tensor: (_ name: String, _ shape: [Int]) throws(Failure) -> Tensor
  ) throws(Failure) {
    for (name, parameter) in namedParameters {
      parameter.value = try tensor(name, parameter.value.shape)
    }
  }
}

public import NeuralNetwork

/// The networks of the model `earshot`, as training sees them: a sequence encoder for each half, and a
/// decoder of images.
///
/// Its layers remember their last input, so it serves one thread at a time.
public final class EarshotNetwork {
  /// (batch, steps, 128 bands) to (batch, 128): slides along time.
  public let time: Sequential
  /// (batch, 128 bands, 10 profiles) to (batch, 128): slides along the bands.
  public let frequency: Sequential
  /// (batch, 256), a vector times ``decoderFactor``, to (batch, 128, 128, 1), numbers from 0 to 1: the
  /// highest band in the first row, an excerpt's time in 128 columns.
  public let decoder: Sequential

  /// What a vector is multiplied with before it is drawn, so that its numbers are about 1.
  public static let decoderFactor: Float = 16

  /// Networks with random weights, the same for the same seed.
  public convenience init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.init(weights: &generator)
  }

  /// Networks whose weights are taken from `weights`.
  public init(weights: inout some WeightSource) {
    time = Self.encoder(.time, weights: &weights)
    frequency = Self.encoder(.frequency, weights: &weights)
    decoder = Self.decoder(weights: &weights)
  }

  static func decoder(weights: inout some WeightSource) -> Sequential {
    NetworkParts.imageDecoder(
      latent: 2 * EarshotHalf.dimension, filters: [64, 48, 32, 16], weights: &weights)
  }

  /// The encoder of a half.
  public func encoder(of half: EarshotHalf) -> Sequential { half == .time ? time : frequency }

  /// What training changes and a model file keeps, each with its path, as the state dictionary of a
  /// PyTorch module built alike has them.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    EarshotHalf.allCases.flatMap { half in
      encoder(of: half).namedParameters.map {
        ("\(half.rawValue).encoder.\($0.name)", $0.parameter)
      }
    } + decoder.namedParameters.map { ("decoder.\($0.name)", $0.parameter) }
  }

  private static func encoder(
    _ half: EarshotHalf, weights: inout some WeightSource
  ) -> Sequential {
    func norm(_ channels: Int) -> BatchNorm {
      BatchNorm(channels: channels, epsilon: EarshotHalf.epsilon, momentum: .taken(0.1))
    }
    var layers: [(name: String, layer: any Layer)] = []
    for (place, layer) in half.convolutions.enumerated() {
      let number = place + 1
      let padding = layer.kernel / 2
      layers += [
        (
          "conv\(number)",
          Conv1D(
            inputs: layer.inputs, outputs: layer.outputs, kernel: layer.kernel,
            stride: layer.stride, padding: .explicit(before: padding, after: padding),
            givesInputGradient: place > 0, using: &weights)
        ),
        ("norm\(number)", norm(layer.outputs)), ("relu\(number)", ReLU()),
      ]
    }
    layers += [
      ("pool", MeanDeviationPool(epsilon: EarshotHalf.epsilon)), ("norm", norm(half.pooledCount)),
      (
        "dense",
        Dense(inputs: half.pooledCount, outputs: EarshotHalf.dimension, using: &weights)
      ),
    ]
    return Sequential(named: layers)
  }
}

extension SequenceEncoder {
  /// The encoder of a half with the weights that the network has now.
  package init(_ half: EarshotHalf, of network: EarshotNetwork) {
    let values = Dictionary(
      uniqueKeysWithValues: network.encoder(of: half).namedParameters.map {
        ($0.name, $0.parameter.value)
      })
    self.init(half) { name, _ in
      guard let value = values[name] else { preconditionFailure("no weights for \(name)") }
      return value.values
    }
  }
}

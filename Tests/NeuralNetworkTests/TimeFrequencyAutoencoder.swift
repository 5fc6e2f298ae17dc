import NeuralNetwork

/// The autoencoder with a sequence encoder along each axis of a square image, as published; its
/// sizes can be made smaller for a test.
struct TimeFrequencyAutoencoder {
  let branches: [Sequential]
  let encoder: Sequential
  let decoder: Sequential
  let autoencoder: Sequential

  /// - Parameters:
  ///   - side: of the image; each filter halves it, each stage of the decoder doubles it.
  ///   - filters: channels of the convolutions of a branch.
  ///   - latent: numbers of a branch's half of the vector.
  ///   - decoder: channels of the decoder's stages; the first is also what the dense layer makes
  ///     beside the height and width.
  init(
    side: Int = 128, filters: [Int] = [32, 64, 128, 256], latent: Int = 128,
    decoder stages: [Int] = [256, 128, 64, 32], momentum: BatchNorm.Momentum = .kept(0.99),
    seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    let least = side >> filters.count
    branches = [false, true].map { turned in
      var layers: [any Layer] = turned ? [Transpose(order: [0, 2, 1])] : []
      var inputs = side
      for outputs in filters {
        layers.append(
          Conv1D(inputs: inputs, outputs: outputs, kernel: 5, stride: 2, using: &generator))
        layers += [ReLU(), BatchNorm(channels: outputs, momentum: momentum)]
        inputs = outputs
      }
      layers.append(Flatten())
      layers.append(Dense(inputs: least * inputs, outputs: latent, using: &generator))
      return Sequential(layers)
    }
    encoder = Sequential([Branches(branches)])
    var inputs = stages[0]
    var layers: [any Layer] = [
      Dense(inputs: 2 * latent, outputs: least * least * inputs, using: &generator), ReLU(),
      Reshape(to: [least, least, inputs]),
    ]
    for outputs in stages {
      layers.append(
        ConvTranspose2D(inputs: inputs, outputs: outputs, kernel: 5, stride: 2, using: &generator))
      layers += [ReLU(), BatchNorm(channels: outputs, momentum: momentum)]
      inputs = outputs
    }
    layers.append(ConvTranspose2D(inputs: inputs, outputs: 1, kernel: 5, using: &generator))
    layers.append(Sigmoid())
    decoder = Sequential(layers)
    autoencoder = Sequential([encoder, decoder])
  }
}

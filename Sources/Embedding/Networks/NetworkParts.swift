package import NeuralNetwork

/// The encoders and decoders that networks are built of. The sizes are those of the networks; a
/// test may ask for smaller ones.
///
/// Sequences and images hold their channels last in memory: a flattened image is (row, column,
/// channel), the order in which a dense layer behind it counts its inputs. Encoders give no gradient
/// by the tile.
package enum NetworkParts {
  /// A sequence encoder along each axis of a square tile, both halves joined: (batch, side, side)
  /// to (batch, 2 × half).
  ///
  /// The first, `frequency`, takes the rows as steps and the columns as channels, so it slides
  /// along frequency; the second, `time`, has both turned round. The published code names them the
  /// other way.
  ///
  /// - Parameters:
  ///   - side: rows and columns of a tile; each filter halves it.
  ///   - filters: channels of the convolutions of each half.
  ///   - half: numbers of each half of the vector.
  package static func timeFrequencyEncoder(
    side: Int = NetworkArchitecture.tileSide, filters: [Int] = [32, 64, 128, 256], half: Int = 128,
    momentum: BatchNorm.Momentum = .kept(0.99), weights: inout some WeightSource
  ) -> Branches {
    let axes: [VectorHalf.Axis] = [.frequency, .time]
    var branches: [(name: String, layer: any Layer)] = []
    for axis in axes {
      var layers: [(name: String, layer: any Layer)] =
        axis == .time ? [("turn", Transpose(order: [0, 2, 1]))] : []
      var inputs = side
      for (place, outputs) in filters.enumerated() {
        let convolution = Conv1D(
          inputs: inputs, outputs: outputs, kernel: 5, stride: 2,
          givesInputGradient: place > 0, using: &weights)
        layers += stage(place + 1, convolution, outputs, momentum)
        inputs = outputs
      }
      layers.append(("flatten", Flatten()))
      layers.append(
        ("dense", Dense(inputs: (side >> filters.count) * inputs, outputs: half, using: &weights)))
      branches.append((axis.rawValue, Sequential(named: layers)))
    }
    return Branches(named: branches)
  }

  /// Four convolutions over an image and a dense layer: (batch, 128, 128) to (batch, 256).
  package static func imageEncoder(weights: inout some WeightSource) -> Sequential {
    let side = NetworkArchitecture.tileSide
    let filters = [32, 64, 128, 256]
    var layers: [(name: String, layer: any Layer)] = [
      ("image", Reshape(to: [side, side, 1]))
    ]
    var inputs = 1
    for (place, outputs) in filters.enumerated() {
      let convolution = Conv2D(
        inputs: inputs, outputs: outputs, kernel: 5, stride: 2, givesInputGradient: place > 0,
        using: &weights)
      layers += stage(place + 1, convolution, outputs, .kept(0.99))
      inputs = outputs
    }
    let least = side >> filters.count
    layers.append(("flatten", Flatten()))
    layers.append(("dense", Dense(inputs: least * least * inputs, outputs: 256, using: &weights)))
    return Sequential(named: layers)
  }

  /// Four convolutions with small kernels, the mean over the whole image, and a dense layer whose
  /// rows are brought to length 1: (batch, 128, 128) to (batch, 128).
  package static func contrastiveEncoder(weights: inout some WeightSource) -> Sequential {
    let side = NetworkArchitecture.tileSide
    var layers: [(name: String, layer: any Layer)] = [
      ("image", Reshape(to: [side, side, 1]))
    ]
    var inputs = 1
    for (place, outputs) in [32, 64, 128, 256].enumerated() {
      let convolution = Conv2D(
        inputs: inputs, outputs: outputs, kernel: 3, stride: 2, givesInputGradient: place > 0,
        using: &weights)
      layers += stage(place + 1, convolution, outputs, .kept(0.99))
      inputs = outputs
    }
    layers.append(("pool", GlobalAveragePool()))
    layers.append(("dense", Dense(inputs: inputs, outputs: 128, using: &weights)))
    layers.append(("normalize", L2Normalize()))
    return Sequential(named: layers)
  }

  /// A dense layer and transposed convolutions that double the image: (batch, latent) to (batch,
  /// side, side, 1), numbers from 0 to 1.
  ///
  /// - Parameters:
  ///   - latent: numbers of a vector.
  ///   - side: rows and columns of the image.
  ///   - filters: channels of the transposed convolutions; the first is also what the dense layer
  ///     makes for each place of its small image.
  package static func imageDecoder(
    latent: Int = 256, side: Int = NetworkArchitecture.tileSide,
    filters: [Int] = [256, 128, 64, 32], momentum: BatchNorm.Momentum = .kept(0.99),
    weights: inout some WeightSource
  ) -> Sequential {
    let least = side >> filters.count
    var inputs = filters[0]
    var layers: [(name: String, layer: any Layer)] = [
      ("dense", Dense(inputs: latent, outputs: least * least * inputs, using: &weights)),
      ("relu0", ReLU()), ("image", Reshape(to: [least, least, inputs])),
    ]
    for (place, outputs) in filters.enumerated() {
      let convolution = ConvTranspose2D(
        inputs: inputs, outputs: outputs, kernel: 5, stride: 2, using: &weights)
      layers += stage(place + 1, convolution, outputs, momentum)
      inputs = outputs
    }
    let last = filters.count + 1
    layers.append(
      ("conv\(last)", ConvTranspose2D(inputs: inputs, outputs: 1, kernel: 5, using: &weights)))
    layers.append(("sigmoid", Sigmoid()))
    return Sequential(named: layers)
  }

  /// A convolution, ReLU, and batch normalisation after it, as the published network has them.
  private static func stage(
    _ number: Int, _ convolution: any Layer, _ channels: Int, _ momentum: BatchNorm.Momentum
  ) -> [(name: String, layer: any Layer)] {
    [
      ("conv\(number)", convolution),
      (
        "norm\(number)",
        BatchNorm(channels: channels, epsilon: 1e-3, momentum: momentum, rectifies: true)
      ),
    ]
  }
}

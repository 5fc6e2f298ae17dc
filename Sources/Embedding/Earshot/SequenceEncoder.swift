internal import CVectorKernels
package import SpectralFeatures

/// The one-dimensional network of a half, as it is used: batch normalisation is folded into the
/// convolutions before it and the dense layer behind it, and any number of threads can share it.
///
/// Its own loops in place of a library's: for one short sequence, setting a library up takes longer than
/// the arithmetic.
package struct SequenceEncoder: Sendable {
  private struct Stage: Sendable {
    let inputs: Int
    let outputs: Int
    let kernel: Int
    let stride: Int
    /// As the kernel function wants it: (outputs / 16, kernel x inputs, 16).
    let weights: [Float]
    let bias: [Float]
  }

  private let stages: [Stage]
  private let dense: [Float]
  private let denseBias: [Float]

  /// Takes the weights of a half.
  /// - Parameter values: those of a tensor of a name and shape.
  package init<Failure>(
    _ half: EarshotHalf, _ values: (_ name: String, _ shape: [Int]) throws(Failure) -> [Float]
  ) throws(Failure) {
    var stages: [Stage] = []
    for (place, layer) in half.convolutions.enumerated() {
      let weight = try values(
        "conv\(place + 1).weight", [layer.outputs, layer.inputs, layer.kernel])
      let bias = try values("conv\(place + 1).bias", [layer.outputs])
      let norm = try Normalisation("norm\(place + 1)", layer.outputs, values)
      let packed = Self.packed(weight, layer, factors: norm.factor)
      stages.append(
        Stage(
          inputs: layer.inputs, outputs: layer.outputs, kernel: layer.kernel,
          stride: layer.stride, weights: packed,
          bias: bias.indices.map { bias[$0] * norm.factor[$0] + norm.offset[$0] }))
    }
    self.stages = stages
    let pooled = half.pooledCount
    let weight = try values("dense.weight", [EarshotHalf.dimension, pooled])
    let bias = try values("dense.bias", [EarshotHalf.dimension])
    let norm = try Normalisation("norm", pooled, values)
    denseBias = zip(bias, matrixProduct(weight, norm.offset)).map(+)
    dense = [Float](unsafeUninitializedCapacity: weight.count) { room, count in
      for row in 0..<EarshotHalf.dimension {
        for column in 0..<pooled {
          room[row * pooled + column] = weight[row * pooled + column] * norm.factor[column]
        }
      }
      count = weight.count
    }
  }

  /// Weights, (outputs, inputs, kernel), times a factor for each output, as the kernel function wants
  /// them.
  private static func packed(
    _ weight: [Float], _ layer: (inputs: Int, outputs: Int, kernel: Int, stride: Int),
    factors: [Float]
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: weight.count) { room, count in
      cvk_pack_sequence_weights(
        room.baseAddress, weight, factors, layer.outputs, layer.inputs, layer.kernel)
      count = weight.count
    }
  }

  /// The names and shapes of the weights of a half.
  static func shapes(_ half: EarshotHalf) -> [(name: String, shape: [Int])] {
    func norm(_ name: String, _ channels: Int) -> [(name: String, shape: [Int])] {
      ["weight", "bias", "running_mean", "running_var"].map { ("\(name).\($0)", [channels]) }
    }
    let stages = half.convolutions.enumerated().flatMap { place, layer in
      [
        ("conv\(place + 1).weight", [layer.outputs, layer.inputs, layer.kernel]),
        ("conv\(place + 1).bias", [layer.outputs]),
      ] + norm("norm\(place + 1)", layer.outputs)
    }
    let dimension = EarshotHalf.dimension
    return stages + norm("norm", half.pooledCount) + [
      ("dense.weight", [dimension, half.pooledCount]), ("dense.bias", [dimension]),
    ]
  }

  /// Batch normalisation by running statistics: x becomes factor · x + offset.
  private struct Normalisation {
    let factor: [Float]
    let offset: [Float]

    init<Failure>(
      _ name: String, _ channels: Int,
      _ values: (_ name: String, _ shape: [Int]) throws(Failure) -> [Float]
    ) throws(Failure) {
      let scale = try values("\(name).weight", [channels])
      let shift = try values("\(name).bias", [channels])
      let mean = try values("\(name).running_mean", [channels])
      let variance = try values("\(name).running_var", [channels])
      let factor = scale.indices.map {
        scale[$0] / (max(0, variance[$0]) + EarshotHalf.epsilon).squareRoot()
      }
      self.factor = factor
      offset = shift.indices.map { shift[$0] - mean[$0] * factor[$0] }
    }
  }

  /// What the network makes of a sequence, steps x channels: 128 numbers, not normalised.
  package func encode(_ sequence: FeatureMatrix) -> [Float] {
    var values = sequence.values
    var steps = sequence.frameCount
    for stage in stages { (values, steps) = Self.convolve(values, steps, stage) }
    let channels = stages.last?.outputs ?? 0
    var pooled = [Float](repeating: 0, count: 2 * channels)
    for channel in 0..<channels {
      var (sum, squares) = (0.0, 0.0)
      for step in 0..<steps { sum += Double(values[step * channels + channel]) }
      let mean = sum / Double(steps)
      for step in 0..<steps {
        let difference = Double(values[step * channels + channel]) - mean
        squares += difference * difference
      }
      pooled[channel] = Float(mean)
      pooled[channels + channel] = Float(
        (squares / Double(steps) + Double(EarshotHalf.epsilon)).squareRoot())
    }
    return zip(denseBias, matrixProduct(dense, pooled)).map(+)
  }

  private static func convolve(
    _ values: [Float], _ steps: Int, _ stage: Stage
  ) -> ([Float], Int) {
    let padding = stage.kernel / 2 * stage.inputs
    let padded = [Float](unsafeUninitializedCapacity: values.count + 2 * padding) { room, count in
      room[..<padding].initialize(repeating: 0)
      _ = room[padding..<(padding + values.count)].initialize(fromContentsOf: values)
      room[(padding + values.count)...].initialize(repeating: 0)
      count = room.count
    }
    let made = (steps + 2 * (stage.kernel / 2) - stage.kernel) / stage.stride + 1
    let output = [Float](unsafeUninitializedCapacity: made * stage.outputs) { room, count in
      cvk_convolve_sequence(
        room.baseAddress, made, stage.outputs, padded, stage.stride * stage.inputs,
        stage.kernel * stage.inputs, stage.weights, stage.bias)
      count = made * stage.outputs
    }
    return (output, made)
  }
}

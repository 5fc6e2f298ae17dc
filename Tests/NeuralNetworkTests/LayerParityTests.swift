import NeuralNetwork
import Testing

/// Outputs and gradients against PyTorch's, 1e-4 relative.
@Suite("Layers agree with PyTorch")
struct LayerParityTests {
  /// Compares one layer with a case of `layer_case` in make_reference.py.
  private func compare(
    _ name: String, _ layer: any Layer, input: [Int], output: [Int],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var reference = Reference(name)
    let x = reference.take(input)
    for parameter in layer.parameters {
      parameter.value = reference.take(parameter.value.shape)
    }
    let dy = reference.take(output)
    #expect(layer.outputShape(for: input) == output, sourceLocation: sourceLocation)
    let expected = reference.take(output)
    let still = layer.forward(x, training: false)
    #expect(relativeError(still, expected) < 1e-4, sourceLocation: sourceLocation)
    let y = layer.forward(x, training: true)
    #expect(relativeError(y, expected) < 1e-4, sourceLocation: sourceLocation)
    let dx = layer.backward(dy)
    #expect(relativeError(dx, reference.take(input)) < 1e-4, sourceLocation: sourceLocation)
    for parameter in layer.parameters {
      let gradient = reference.take(parameter.value.shape)
      #expect(
        relativeError(parameter.gradient, gradient) < 1e-4, "\(parameter.name)",
        sourceLocation: sourceLocation)
    }
    #expect(reference.isAtEnd, sourceLocation: sourceLocation)
  }

  private var generator = SeededGenerator(seed: 1)

  @Test mutating func dense() {
    compare(
      "dense", Dense(inputs: 7, outputs: 6, using: &generator), input: [5, 7], output: [5, 6])
  }

  @Test mutating func convolutionAlongStepsWithPaddingSame() {
    compare(
      "conv1d_same", Conv1D(inputs: 3, outputs: 4, kernel: 5, stride: 2, using: &generator),
      input: [2, 8, 3], output: [2, 4, 4])
    compare(
      "conv1d_wide", Conv1D(inputs: 16, outputs: 32, kernel: 5, stride: 2, using: &generator),
      input: [2, 16, 16], output: [2, 8, 32])
  }

  @Test mutating func convolutionAlongStepsWithoutPadding() {
    compare(
      "conv1d_valid",
      Conv1D(inputs: 3, outputs: 4, kernel: 3, padding: .valid, using: &generator),
      input: [2, 9, 3], output: [2, 7, 4])
  }

  @Test mutating func convolutionOverImages() {
    compare(
      "conv2d_same", Conv2D(inputs: 3, outputs: 4, kernel: 5, stride: 2, using: &generator),
      input: [2, 8, 6, 3], output: [2, 4, 3, 4])
    compare(
      "conv2d_explicit",
      Conv2D(
        inputs: 3, outputs: 4, kernel: 3, padding: .explicit(before: 1, after: 1),
        using: &generator),
      input: [2, 5, 7, 3], output: [2, 5, 7, 4])
  }

  @Test mutating func transposedConvolutionOverImages() {
    compare(
      "conv_transpose2d_same",
      ConvTranspose2D(inputs: 3, outputs: 4, kernel: 5, stride: 2, using: &generator),
      input: [2, 3, 4, 3], output: [2, 6, 8, 4])
    compare(
      "conv_transpose2d_one", ConvTranspose2D(inputs: 16, outputs: 1, kernel: 5, using: &generator),
      input: [2, 6, 5, 16], output: [2, 6, 5, 1])
    compare(
      "conv_transpose2d_valid",
      ConvTranspose2D(
        inputs: 3, outputs: 4, kernel: 3, stride: 2, padding: .valid, using: &generator),
      input: [2, 3, 4, 3], output: [2, 7, 9, 4])
  }

  @Test func activations() {
    compare("relu", ReLU(), input: [4, 9], output: [4, 9])
    compare("sigmoid", Sigmoid(), input: [4, 9], output: [4, 9])
  }

  @Test func pooling() {
    compare("global_average_pool", GlobalAveragePool(), input: [2, 4, 3, 5], output: [2, 5])
    compare("mean_deviation_pool", MeanDeviationPool(), input: [2, 4, 3, 5], output: [2, 10])
    compare(
      "max_pool", Pool2D(.max, size: 3, stride: 2), input: [2, 7, 6, 4], output: [2, 3, 2, 4])
    compare("average_pool", Pool2D(.average, size: 2), input: [2, 7, 6, 4], output: [2, 3, 3, 4])
  }

  @Test func rowsOfLengthOne() {
    compare("l2_normalize", L2Normalize(), input: [4, 9], output: [4, 9])
  }

  @Test mutating func lookUp() {
    var reference = Reference("embedding")
    let table = EmbeddingTable(rows: 5, width: 4, using: &generator)
    let rows = reference.take([2, 3])
    table.weight.value = reference.take([5, 4])
    let gradient = reference.take([2, 3, 4])
    #expect(relativeError(table.forward(rows, training: true), reference.take([2, 3, 4])) == 0)
    #expect(table.backward(gradient).values == [Float](repeating: 0, count: 6))
    #expect(relativeError(table.weight.gradient, reference.take([5, 4])) < 1e-6)
  }

  @Test func batchNormalisation() {
    var reference = Reference("batch_norm")
    let norm = BatchNorm(channels: 4, epsilon: 1e-3, momentum: .taken(0.1))
    norm.scale.value = reference.take([4])
    norm.shift.value = reference.take([4])
    let shape = [2, 3, 5, 4]
    for _ in 0..<3 {
      let (x, dy) = (reference.take(shape), reference.take(shape))
      #expect(relativeError(norm.forward(x, training: true), reference.take(shape)) < 1e-4)
      #expect(relativeError(norm.backward(dy), reference.take(shape)) < 1e-4)
      for parameter in [norm.scale, norm.shift] {
        #expect(relativeError(parameter.gradient, reference.take([4])) < 1e-4)
      }
      for parameter in [norm.runningMean, norm.runningVariance] {
        #expect(relativeError(parameter.value, reference.take([4])) < 1e-5)
      }
    }
    let x = reference.take(shape)
    #expect(relativeError(norm.forward(x, training: false), reference.take(shape)) < 1e-4)
    #expect(reference.isAtEnd)
  }
}

import NeuralNetwork
import Testing

/// Each layer's gradient against differences of its own output.
@Suite("Gradients agree with differences")
struct GradientTests {
  private var generator = SeededGenerator(seed: 11)

  /// A loss that weighs each output with a number of its own.
  private func loss(_ layer: any Layer, _ x: Tensor, _ weights: [Float]) -> Double {
    zip(layer.forward(x, training: true).values, weights).reduce(0) {
      $0 + Double($1.0) * Double($1.1)
    }
  }

  /// Moves every number by ± step and compares the slope of the loss with the gradient.
  private func check(
    _ layer: any Layer, _ input: Tensor, step: Float = 1e-2, tolerance: Double = 2e-3,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let shape = layer.outputShape(for: input.shape)
    let weights = drawn(shape, seed: 12)
    _ = layer.forward(input, training: true)
    let ofInput = layer.backward(weights)
    let trained = layer.parameters.filter(\.isTrainable)
    let gradients = trained.map(\.gradient)
    let slopes = input.values.indices.map { place in
      slope(step) { change in
        var moved = input
        moved.withMutableNumbers { $0[place] += change }
        return loss(layer, moved, weights.values)
      }
    }
    #expect(
      relativeError(ofInput, Tensor(shape: input.shape, values: slopes)) < tolerance, "input",
      sourceLocation: sourceLocation)
    for (parameter, gradient) in zip(trained, gradients) {
      let begin = parameter.value
      let slopes = begin.values.indices.map { place in
        slope(step) { change in
          parameter.value = begin
          parameter.value.withMutableNumbers { $0[place] += change }
          return loss(layer, input, weights.values)
        }
      }
      parameter.value = begin
      #expect(
        relativeError(gradient, Tensor(shape: begin.shape, values: slopes)) < tolerance,
        "\(parameter.name)", sourceLocation: sourceLocation)
    }
  }

  private func slope(_ step: Float, _ loss: (Float) -> Double) -> Float {
    Float((loss(step) - loss(-step)) / Double(2 * step))
  }

  @Test mutating func dense() {
    check(Dense(inputs: 5, outputs: 4, using: &generator), drawn([3, 5], seed: 1))
  }

  @Test mutating func convolutions() {
    check(
      Conv1D(inputs: 2, outputs: 3, kernel: 5, stride: 2, using: &generator),
      drawn([2, 6, 2], seed: 2))
    check(
      Conv2D(inputs: 2, outputs: 3, kernel: 5, stride: 2, using: &generator),
      drawn([2, 6, 4, 2], seed: 3))
    check(
      ConvTranspose2D(inputs: 2, outputs: 3, kernel: 5, stride: 2, using: &generator),
      drawn([2, 3, 2, 2], seed: 4))
  }

  @Test func activations() {
    // Away from the corner of ReLU, where there is no slope.
    let x = drawn([3, 8], seed: 5).values.map { $0 + ($0 < 0 ? -0.1 : 0.1) }
    check(ReLU(), Tensor(shape: [3, 8], values: x))
    check(Sigmoid(), drawn([3, 8], seed: 6))
  }

  @Test func normalisation() {
    check(BatchNorm(channels: 3), drawn([2, 5, 3], seed: 7), tolerance: 5e-3)
    check(L2Normalize(), drawn([3, 4], seed: 8))
  }

  @Test func pooling() {
    check(GlobalAveragePool(), drawn([2, 4, 3], seed: 9))
    check(MeanDeviationPool(epsilon: 1e-2), drawn([2, 4, 3], seed: 17))
    check(Pool2D(.average, size: 2, stride: 1), drawn([2, 4, 3, 2], seed: 10))
    check(Pool2D(.max, size: 2), Tensor(shape: [1, 4, 4, 1], values: (0..<16).map { Float($0) }))
  }

  @Test mutating func shapes() {
    check(Flatten(), drawn([2, 3, 2], seed: 13))
    check(Reshape(to: [2, 3]), drawn([2, 6], seed: 14))
    check(Transpose(order: [0, 3, 1, 2]), drawn([2, 3, 2, 4], seed: 15))
    check(
      Branches([
        Sequential([Transpose(order: [0, 2, 1]), Flatten()]),
        Sequential([Flatten(), Dense(inputs: 6, outputs: 2, using: &generator)]),
      ]), drawn([2, 3, 2], seed: 16))
  }
}

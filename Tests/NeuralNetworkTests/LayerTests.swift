import NeuralNetwork
import Testing

@Suite("Layers")
struct LayerTests {
  private var generator = SeededGenerator(seed: 21)

  @Test("A dense layer is its definition, also beyond one block of the processor")
  mutating func dense() {
    let layer = Dense(inputs: 70, outputs: 33, using: &generator)
    layer.bias.value = drawn([33], seed: 1)
    let x = drawn([5, 70], seed: 2)
    let (weight, bias, rows) = (layer.weight.value.values, layer.bias.value.values, x.values)
    var expected: [Float] = []
    for row in 0..<5 {
      for output in 0..<33 {
        var sum = Double(bias[output])
        for i in 0..<70 { sum += Double(rows[row * 70 + i]) * Double(weight[output * 70 + i]) }
        expected.append(Float(sum))
      }
    }
    let y = layer.forward(x, training: false)
    #expect(relativeError(y, Tensor(shape: [5, 33], values: expected)) < 1e-5)
  }

  @Test("Batch normalisation in training gives each channel mean 0 and deviation 1")
  func batchNormalisation() {
    let norm = BatchNorm(channels: 2, epsilon: 1e-6)
    // More rows than are summed at once, and a mean far from zero.
    let x = drawn([10, 37, 2], seed: 3).values.map { 1000 + $0 }
    let y = norm.forward(Tensor(shape: [10, 37, 2], values: x), training: true).values
    for channel in 0..<2 {
      let values = stride(from: channel, to: y.count, by: 2).map { Double(y[$0]) }
      let mean = values.reduce(0, +) / 370
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 370
      #expect(abs(mean) < 1e-3)
      #expect(abs(variance - 1) < 1e-3)
    }
  }

  @Test("A rectifying batch normalisation is ReLU and then batch normalisation", arguments: [1, 2])
  func rectifying(threads: Int) {
    // Enough rows for two threads, and not a multiple of the rows that are summed at once.
    let shape = [3, 1203, 40]
    let x = drawn(shape, seed: 5)
    let both = Sequential([ReLU(), BatchNorm(channels: 40)])
    let one = BatchNorm(channels: 40, rectifies: true)
    let gradient = drawn(shape, seed: 6)
    ComputeThreads.$count.withValue(threads) {
      #expect(
        relativeError(one.forward(x, training: true), both.forward(x, training: true)) < 1e-6)
      #expect(relativeError(one.backward(gradient), both.backward(gradient)) < 1e-5)
      for (left, right) in zip(one.parameters, both.parameters) {
        #expect(relativeError(left.value, right.value) < 1e-6)
        if left.isTrainable { #expect(relativeError(left.gradient, right.gradient) < 1e-5) }
      }
      #expect(
        relativeError(one.forward(x, training: false), both.forward(x, training: false)) < 1e-6)
    }
  }

  @Test("A first layer may spare itself the gradient by its input, and the layers before it theirs")
  func noInputGradient() {
    let x = drawn([2, 8, 8], seed: 7)
    let gradients = [true, false].map { gives in
      var weights = SeededGenerator(seed: 8)
      let first = Sequential([
        Reshape(to: [8, 8, 1]),
        Conv2D(
          inputs: 1, outputs: 3, kernel: 3, stride: 2, givesInputGradient: gives, using: &weights),
      ])
      let network = Sequential([Branches([first]), ReLU()])
      let output = network.forward(x, training: true)
      let gradient = network.backward(output)
      #expect(gradient.shape == (gives ? [2, 8, 8] : [0]))
      return network.parameters.map(\.gradient.values)
    }
    #expect(gradients[0] == gradients[1])
  }

  @Test("What is no number is not hidden by a rectifier")
  func notANumber() {
    let x = Tensor(shape: [2, 1], values: [.nan, -1])
    #expect(ReLU().forward(x, training: false).values[0].isNaN)
    let norm = BatchNorm(channels: 1, rectifies: true)
    #expect(norm.forward(x, training: false).values[0].isNaN)
  }

  @Test("TensorFlow's momentum is what is kept, PyTorch's what is taken")
  func momentum() {
    let x = Tensor(shape: [4, 1], values: [0, 2, 4, 6])
    let keras = BatchNorm(channels: 1, momentum: .kept(0.99))
    _ = keras.forward(x, training: true)
    // Mean 3; variance 5, or 20 / 3 without bias.
    #expect(abs(keras.runningMean.value.values[0] - 0.03) < 1e-6)
    #expect(abs(keras.runningVariance.value.values[0] - 1.04) < 1e-6)
    let torch = BatchNorm(channels: 1, momentum: .taken(0.01))
    _ = torch.forward(x, training: true)
    #expect(abs(torch.runningMean.value.values[0] - 0.03) < 1e-6)
    #expect(abs(torch.runningVariance.value.values[0] - (0.99 + 0.01 * 20 / 3)) < 1e-6)
  }

  @Test("Inference uses the running statistics and leaves them as they are")
  func inference() {
    let norm = BatchNorm(channels: 1, epsilon: 1e-3)
    norm.runningMean.value = Tensor(shape: [1], values: [2])
    norm.runningVariance.value = Tensor(shape: [1], values: [4 - 1e-3])
    let y = norm.forward(Tensor(shape: [2, 1], values: [2, 6]), training: false).values
    #expect(abs(y[0]) < 1e-6)
    #expect(abs(y[1] - 2) < 1e-6)
    #expect(norm.runningMean.value.values == [2])
  }

  @Test("Dropout drops its share, keeps the mean, and does nothing in inference")
  func dropout() {
    let x = Tensor(repeating: 1, shape: [100, 100])
    let layer = Dropout(rate: 0.3, seed: 4)
    let y = layer.forward(x, training: true)
    let dropped = y.values.filter { $0 == 0 }.count
    #expect(abs(dropped - 3000) < 150)
    #expect(y.values.allSatisfy { $0 == 0 || $0 == 1 / 0.7 })
    // What was dropped gets no gradient.
    #expect(layer.backward(x).values == y.values)
    #expect(layer.forward(x, training: false).values == x.values)
    #expect(Dropout(rate: 0.3, seed: 4).forward(x, training: true).values == y.values)
    #expect(Dropout(rate: 0.3, seed: 5).forward(x, training: true).values != y.values)
    #expect(layer.forward(x, training: true).values != y.values)
  }

  @Test("The axes of a tensor are put in another order")
  func transpose() {
    let x = Tensor(shape: [1, 2, 3], values: [1, 2, 3, 4, 5, 6])
    let y = Transpose(order: [0, 2, 1]).forward(x, training: false)
    #expect(y.shape == [1, 3, 2])
    #expect(y.values == [1, 4, 2, 5, 3, 6])
    let z = drawn([2, 3, 4, 5], seed: 6)
    #expect(z.transposed([2, 0, 3, 1]).transposed([1, 3, 0, 2]).values == z.values)
  }

  @Test("Tensors are joined on the last axis and cut again")
  func concatenate() {
    let a = Tensor(shape: [2, 1], values: [1, 2])
    let b = Tensor(shape: [2, 2], values: [3, 4, 5, 6])
    let joined = Tensor.concatenated([a, b])
    #expect(joined.shape == [2, 3])
    #expect(joined.values == [1, 3, 4, 2, 5, 6])
    #expect(joined.split([1, 2]).map(\.values) == [a.values, b.values])
    #expect(Tensor.stacked([a, a]).values == [1, 2, 1, 2])
  }

  @Test("A copy of a tensor does not change with it")
  func value() {
    var a = Tensor(zeros: [3])
    let b = a
    a.withMutableNumbers { $0[1] = 5 }
    #expect(a.values == [0, 5, 0])
    #expect(b.values == [0, 0, 0])
    #expect(a.reshaped([3, 1]).shape == [3, 1])
  }
}

import NeuralNetwork
import Testing

@Suite("Convolutions")
struct ConvolutionTests {
  private var generator = SeededGenerator(seed: 2)

  /// The definition: output o at (y, x) is the sum over the kernel of input times weight.
  /// Weight (outputs, inputs, height, width); `before` zeros come first on both axes.
  private func slow(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor, stride: (Int, Int), before: (Int, Int),
    output: [Int]
  ) -> Tensor {
    let (from, kernel) = (x.shape, weight.shape)
    let (x, weight, bias) = (x.values, weight.values, bias.values)
    var result: [Float] = []
    for item in 0..<output[0] {
      for row in 0..<output[1] {
        for column in 0..<output[2] {
          for o in 0..<output[3] {
            var sum = Double(bias[o])
            for c in 0..<kernel[1] {
              for i in 0..<kernel[2] {
                for j in 0..<kernel[3] {
                  let y = row * stride.0 + i - before.0
                  let z = column * stride.1 + j - before.1
                  guard (0..<from[1]).contains(y), (0..<from[2]).contains(z) else { continue }
                  let at = ((item * from[1] + y) * from[2] + z) * from[3] + c
                  let by = ((o * kernel[1] + c) * kernel[2] + i) * kernel[3] + j
                  sum += Double(x[at]) * Double(weight[by])
                }
              }
            }
            result.append(Float(sum))
          }
        }
      }
    }
    return Tensor(shape: output, values: result)
  }

  /// The definition: input at (y, x) adds the whole kernel to the output from (y, x) × stride on.
  /// Weight (inputs, outputs, height, width); `before` rows and columns are cropped.
  private func slowTransposed(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor, stride: Int, before: Int, output: [Int]
  ) -> Tensor {
    let (from, kernel) = (x.shape, weight.shape)
    let (x, weight, bias) = (x.values, weight.values, bias.values)
    var result = (0..<output.reduce(1, *)).map { Double(bias[$0 % output[3]]) }
    for item in 0..<from[0] {
      for row in 0..<from[1] {
        for column in 0..<from[2] {
          for c in 0..<from[3] {
            for o in 0..<output[3] {
              for i in 0..<kernel[2] {
                for j in 0..<kernel[3] {
                  let (y, z) = (row * stride + i - before, column * stride + j - before)
                  guard (0..<output[1]).contains(y), (0..<output[2]).contains(z) else { continue }
                  let at = ((item * output[1] + y) * output[2] + z) * output[3] + o
                  let by = ((c * kernel[1] + o) * kernel[2] + i) * kernel[3] + j
                  result[at] +=
                    Double(x[((item * from[1] + row) * from[2] + column) * from[3] + c])
                    * Double(weight[by])
                }
              }
            }
          }
        }
      }
    }
    return Tensor(shape: output, values: result.map { Float($0) })
  }

  @Test(
    "A convolution over images is its definition",
    arguments: [
      (Padding.same, 2, 1, [2, 4, 5, 17]), (.valid, 2, 0, [2, 2, 3, 17]),
      (.explicit(before: 3, after: 0), 1, 3, [2, 7, 8, 17]),
    ])
  func images(padding: Padding, stride: Int, before: Int, output: [Int]) {
    var generator = SeededGenerator(seed: 3)
    // One side is even and the other odd only where the padding does not depend on it.
    let input = padding == .same ? [2, 8, 10, 3] : [2, 8, 9, 3]
    let layer = Conv2D(
      inputs: 3, outputs: 17, kernel: 5, stride: stride, padding: padding, using: &generator)
    let x = drawn(input, seed: 4)
    layer.parameters[1].value = drawn([17], seed: 5)
    let expected = slow(
      x, layer.parameters[0].value, layer.parameters[1].value, stride: (stride, stride),
      before: (before, before), output: output)
    #expect(relativeError(layer.forward(x, training: false), expected) < 1e-5)
  }

  @Test("A transposed convolution is its definition")
  mutating func transposed() {
    for (stride, before, side) in [(2, 1, 8), (1, 2, 4)] {
      let layer = ConvTranspose2D(
        inputs: 18, outputs: 5, kernel: 5, stride: stride, using: &generator)
      let x = drawn([2, 4, 4, 18], seed: 6)
      layer.parameters[1].value = drawn([5], seed: 7)
      let expected = slowTransposed(
        x, layer.parameters[0].value, layer.parameters[1].value, stride: stride, before: before,
        output: [2, side, side, 5])
      #expect(relativeError(layer.forward(x, training: false), expected) < 1e-5)
    }
  }

  @Test("A transposed convolution to one channel is its definition", arguments: [1, 2])
  func transposedToOne(threads: Int) {
    var generator = SeededGenerator(seed: 11)
    for (padding, before, side) in [
      (Padding.same, 2, (9, 70)), (.valid, 0, (13, 74)),
      (.explicit(before: 3, after: 1), 3, (9, 70)),
    ] {
      let layer = ConvTranspose2D(
        inputs: 37, outputs: 1, kernel: 5, padding: padding, using: &generator)
      let x = drawn([7, 9, 70, 37], seed: 6)
      layer.parameters[1].value = drawn([1], seed: 7)
      let expected = slowTransposed(
        x, layer.parameters[0].value, layer.parameters[1].value, stride: 1, before: before,
        output: [7, side.0, side.1, 1])
      for training in [false, true] {
        let y = ComputeThreads.$count.withValue(threads) { layer.forward(x, training: training) }
        #expect(relativeError(y, expected) < 1e-5)
      }
    }
  }

  /// With a weight of ones, an output counts the numbers that its kernel sees: the padding shows.
  @Test("Padding `same` on an even length pads one before and two after")
  mutating func sameOnEvenLength() {
    let layer = Conv1D(inputs: 1, outputs: 1, kernel: 5, stride: 2, using: &generator)
    layer.parameters[0].value = Tensor(repeating: 1, shape: [1, 1, 5])
    let x = Tensor(shape: [1, 8, 1], values: [1, 2, 4, 8, 16, 32, 64, 128])
    // Kernels begin at -1, 1, 3 and 5: five numbers each, of which the last two fall off the end.
    #expect(layer.forward(x, training: false).values == [15, 62, 248, 224])
  }

  @Test("Padding `same` on an odd length pads two before and two after")
  mutating func sameOnOddLength() {
    let layer = Conv1D(inputs: 1, outputs: 1, kernel: 5, stride: 2, using: &generator)
    layer.parameters[0].value = Tensor(repeating: 1, shape: [1, 1, 5])
    let x = Tensor(shape: [1, 7, 1], values: [1, 2, 4, 8, 16, 32, 64])
    #expect(layer.forward(x, training: false).values == [7, 31, 124, 112])
  }

  @Test("A transposed convolution with `same` crops one before and two after")
  mutating func sameTransposed() {
    let layer = ConvTranspose2D(inputs: 1, outputs: 1, kernel: 5, stride: 2, using: &generator)
    layer.parameters[0].value = Tensor(
      shape: [1, 1, 5, 5], values: (0..<25).map { Float($0) })
    let x = Tensor(shape: [1, 2, 2, 1], values: [1, 0, 0, 0])
    // The whole output would be 7 x 7 with the kernel in its corner; rows and columns 1...4 stay.
    #expect(
      layer.forward(x, training: false).values
        == [6, 7, 8, 9, 11, 12, 13, 14, 16, 17, 18, 19, 21, 22, 23, 24])
  }

  @Test("A layer serves batches of changing size, also an empty one")
  mutating func changingBatch() {
    let layer = Conv1D(inputs: 3, outputs: 4, kernel: 5, stride: 2, using: &generator)
    let x = drawn([3, 8, 3], seed: 8)
    let whole = layer.forward(x, training: false).values
    let first = Tensor(shape: [1, 8, 3], values: x.values.prefix(24))
    #expect(layer.forward(first, training: false).values == Array(whole.prefix(16)))
    #expect(layer.forward(Tensor(zeros: [0, 8, 3]), training: true).shape == [0, 4, 4])
    #expect(layer.backward(Tensor(zeros: [0, 4, 4])).shape == [0, 8, 3])
    #expect(layer.forward(x, training: false).values == whole)
  }

  @Test("A changed weight is seen by the next forward pass")
  mutating func changedWeight() {
    let layer = Conv1D(inputs: 16, outputs: 16, kernel: 5, stride: 2, using: &generator)
    let x = drawn([1, 16, 16], seed: 9)
    let before = layer.forward(x, training: false).values
    #expect(layer.forward(x, training: false).values == before)
    layer.parameters[0].value.withMutableNumbers { $0[0] += 1 }
    #expect(layer.forward(x, training: false).values != before)
  }
}

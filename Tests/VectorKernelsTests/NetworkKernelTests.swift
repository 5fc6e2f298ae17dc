import CVectorKernels
import TestSupport
import Testing

@Suite("Kernels of networks")
struct NetworkKernelTests {
  @Test(
    "a convolution along a sequence is the sum of its window, whatever is left over",
    arguments: [(1, 16, 3, 3), (6, 32, 2, 10), (7, 16, 5, 15), (23, 48, 4, 20)])
  func convolution(count: Int, outputs: Int, step: Int, window: Int) {
    var random = SplitMix64(seed: UInt64(count))
    func drawn(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    }
    let input = drawn((count - 1) * step + window)
    let (weights, bias) = (drawn(window * outputs), drawn(outputs))
    var output = [Float](repeating: .nan, count: count * outputs)
    cvk_convolve_sequence(&output, count, outputs, input, step, window, weights, bias)
    for place in 0..<count {
      for channel in 0..<outputs {
        var sum = Double(bias[channel])
        for i in 0..<window {
          let weight = weights[(channel / 16 * window + i) * 16 + channel % 16]
          sum += Double(input[place * step + i]) * Double(weight)
        }
        #expect(abs(Double(output[place * outputs + channel]) - max(0, sum)) < 1e-5)
      }
    }
  }
}

import CVectorKernels
import TestSupport
import Testing

/// Every loop against the plainest way to write it, in doubles, at lengths around the widths of
/// vector registers and at addresses that are not aligned to them.
@Suite("Loops over floats and bytes")
struct KernelTests {
  static let lengths = Array(0...70) + [127, 128, 129, 255, 256, 257, 1_000, 4_096, 4_099]

  static func floats(_ count: Int, seed: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    var random = SplitMix64(seed: UInt64(seed))
    return (0..<count).map { _ in Float.random(in: range, using: &random) }
  }

  private func bytes(_ count: Int, seed: Int) -> [Int8] {
    var random = SplitMix64(seed: UInt64(seed))
    return (0..<count).map { _ in Int8.random(in: -127...127, using: &random) }
  }

  @Test("the sum of products", arguments: 0..<4)
  func dot(offset: Int) {
    for count in Self.lengths {
      let left = Self.floats(count + offset, seed: count)
      let right = Self.floats(count + offset, seed: count + 1)
      let sum = left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right -> Float in
          guard let a = left.baseAddress, let b = right.baseAddress else { return 0 }
          return cvk_dot(a + offset, b + offset, count)
        }
      }
      var wanted = 0.0
      var size = 0.0
      for place in offset..<(count + offset) {
        wanted += Double(left[place]) * Double(right[place])
        size += abs(Double(left[place]) * Double(right[place]))
      }
      #expect(abs(Double(sum) - wanted) <= 1e-6 * size, "\(count) values from \(offset)")
    }
  }

  @Test("adding a multiple")
  func addScaled() {
    for count in Self.lengths {
      let x = Self.floats(count, seed: count)
      let before = Self.floats(count + 1, seed: count + 1)
      var y = before
      cvk_add_scaled(&y, x, 0.37, count)
      for place in 0..<count {
        let wanted = Double(before[place]) + Double(Float(0.37)) * Double(x[place])
        #expect(abs(Double(y[place]) - wanted) <= 1.2e-7)
      }
      #expect(y[count] == before[count], "nothing is written past the end")
    }
  }

  @Test(
    "scores of rows of bytes are exact sums",
    arguments: [1, 2, 7, 8, 15, 16, 31, 32, 33, 64, 255, 256, 300])
  func scan(dimension: Int) {
    for count in [0, 1, 2, 3, 17] {
      let rows = bytes(count * dimension, seed: dimension)
      let query = bytes(dimension, seed: dimension + 1)
      let scales = Self.floats(count, seed: count, in: 0...2)
      var scores = [Float](repeating: 99, count: count + 1)
      cvk_scan_int8(&scores, rows, scales, count, dimension, query)
      for row in 0..<count {
        var sum = 0
        for place in 0..<dimension { sum += Int(rows[row * dimension + place]) * Int(query[place]) }
        #expect(scores[row] == scales[row] * Float(sum))
      }
      #expect(scores[count] == 99)
    }
  }

  @Test("scores of the largest bytes do not overflow")
  func scanLargest() {
    let dimension = 65_536
    for (row, query, sign) in [(Int8(127), Int8(127), Float(1)), (-127, 127, -1), (-128, -127, 1)] {
      var score: [Float] = [0]
      cvk_scan_int8(
        &score, [Int8](repeating: row, count: dimension), [1], 1, dimension,
        [Int8](repeating: query, count: dimension))
      #expect(score == [sign * Float(abs(Int(row)) * abs(Int(query)) * dimension)])
    }
  }
}

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

  @Test("squared distances to rows, the same wherever a row stands", arguments: 0..<10)
  func squaredDistances(rowCount: Int) {
    for dimension in Self.lengths where dimension < 300 {
      let x = Self.floats(dimension, seed: dimension)
      let row = Self.floats(dimension, seed: dimension + 1)
      let other = Self.floats(dimension, seed: dimension + 2)
      let rows = (0..<rowCount).flatMap { $0 == 1 ? other : row }
      var distances = [Float](repeating: 9, count: rowCount + 1)
      cvk_squared_distances(&distances, x, rows, rowCount, dimension)
      for place in 0..<rowCount {
        let wanted = zip(x, place == 1 ? other : row).reduce(0.0) {
          let step = Double($1.0) - Double($1.1)
          return $0 + step * step
        }
        #expect(abs(Double(distances[place]) - wanted) <= 1e-6 * wanted)
        if place != 1 { #expect(distances[place] == distances[0]) }
      }
      #expect(distances[rowCount] == 9, "nothing is written past the end")
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

  @Test("the mean of pairs, as plain arithmetic gives it")
  func meanOfPairs() {
    for count in Self.lengths {
      let pairs = Self.floats(2 * count, seed: count)
      var means = [Float](repeating: 9, count: count + 1)
      cvk_mean_of_pairs(&means, pairs, count)
      for place in 0..<count {
        #expect(means[place] == (pairs[2 * place] + pairs[2 * place + 1]) * 0.5)
      }
      #expect(means[count] == 9, "nothing is written past the end")
    }
  }

  @Test("marks stay where numbers lie between bounds, or where they do not", arguments: [0, 1])
  func marks(flip: UInt8) {
    for count in Self.lengths {
      var values = Self.floats(count, seed: count)
      for place in stride(from: 0, to: count, by: 7) { values[place] = .nan }
      for place in stride(from: 3, to: count, by: 11) { values[place] = 0.25 }
      let before = (0..<count).map { UInt8($0 % 3 == 0 ? 0 : 1) }
      var marks = before
      cvk_keep_between(&marks, values, count, -0.5, 0.25, flip)
      let isKept = zip(before, values).map { mark, value in
        mark == 1 && (value >= -0.5 && value <= 0.25) != (flip == 1)
      }
      #expect(marks == isKept.map { $0 ? 1 : 0 })
    }
  }

  @Test("marks stay of years, labels and times that are wanted, or of those that are not")
  func wholeMarks() {
    for count in Self.lengths {
      let before = (0..<count).map { UInt8($0 % 3 == 0 ? 0 : 1) }
      let numbers = (0..<count).map { $0 * 7 % 5 }
      for flip in [UInt8(0), 1] {
        let expected = { (fits: (Int) -> Bool) in
          zip(before, numbers).map { $0 & (fits($1) ? 1 : 0) ^ ($0 & flip) }
        }
        var marks = before
        cvk_keep_years(&marks, numbers.map { Int32($0) }, count, -1, 3, flip)
        #expect(marks == expected { (1...3).contains($0) })
        marks = before
        cvk_keep_equal(&marks, numbers.map { UInt32($0) }, count, 2, flip)
        #expect(marks == expected { $0 == 2 })
      }
      var marks = before
      cvk_keep_since(&marks, numbers.map { Int64($0) }, count, 2)
      #expect(marks == zip(before, numbers).map { $1 >= 2 ? $0 : 0 })
      marks = before
      cvk_keep_since(&marks, numbers.map { Int64($0) }, count, -9)
      #expect(marks == zip(before, numbers).map { $1 != 0 ? $0 : 0 }, "0 is no time")
    }
  }

  @Test("cvk_find tells the first place, and the end where there is none")
  func find() {
    let text = Array("aabaabaaab".utf8)
    for (wanted, place) in [("aab", 0), ("aaab", 6), ("b", 2), ("c", 10), ("aabaabaaaba", 10)] {
      #expect(cvk_find(text, text.count, wanted, wanted.utf8.count) == place)
    }
  }

  @Test("the peak is the largest magnitude; what is no number is above all")
  func peak() {
    #expect(cvk_peak([], 0) == 0)
    for count in Self.lengths where count > 0 {
      var values = Self.floats(count, seed: count)
      #expect(cvk_peak(values, count) == values.map(abs).max())
      values[count / 2] = -.infinity
      #expect(cvk_peak(values, count) == .infinity)
      values[count / 3] = -.nan
      #expect(cvk_peak(values, count).isNaN)
    }
  }
}

import CVectorKernels
import Glibc
import TestSupport
import Testing

@Suite("Loops over spectra")
struct SpectralKernelTests {
  private static let lanes = Int(CVK_LANES)
  private static let lengths = [1, 2, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 257]

  private func isClose(_ value: Float, _ wanted: Double, within: Double) -> Bool {
    abs(Double(value) - wanted) <= within
  }

  @Test("element by element")
  func elements() {
    for count in Self.lengths {
      let a = KernelTests.floats(2 * count, seed: count)
      let b = KernelTests.floats(count, seed: count + 1)
      var out = [Float](repeating: 9, count: count + 1)
      cvk_multiply(&out, a, b, count)
      #expect((0..<count).allSatisfy { out[$0] == a[$0] * b[$0] })
      cvk_power(&out, a, count)
      for place in 0..<count {
        let real = Double(a[2 * place])
        let imaginary = Double(a[2 * place + 1])
        #expect(isClose(out[place], real * real + imaginary * imaginary, within: 2e-7))
      }
      cvk_square_root(&out, b.map(abs), count)
      #expect((0..<count).allSatisfy { out[$0] == abs(b[$0]).squareRoot() })
      #expect(out[count] == 9)
      #expect(cvk_maximum(b, count) == b.max())
      var raised = b
      cvk_raise_and_shift(&raised, -0.25, 0.5, count)
      #expect((0..<count).allSatisfy { raised[$0] == max(b[$0], -0.25) + 0.5 })
    }
  }

  @Test("the logarithm, down to its floor and over the whole range of floats")
  func logarithm() {
    let special: [Float] = [
      0, -1, 1, 10, 0.1, .leastNormalMagnitude, .greatestFiniteMagnitude, 1e-10, 0.999_999_9,
      1.000_000_1, .leastNonzeroMagnitude, 0.707_106_77, 1.414_213_5,
    ]
    for count in Self.lengths {
      let exponents = KernelTests.floats(count, seed: count, in: -37...38)
      let values = special + exponents.map { pow(10, $0) }
      var out = values
      // In place, as it is used.
      out.withUnsafeMutableBufferPointer {
        guard let address = $0.baseAddress else { return }
        cvk_log10(address, address, 1e-30, 10, values.count)
      }
      for (value, result) in zip(values, out) {
        let wanted = 10 * log10(max(Double(value), Double(Float(1e-30))))
        #expect(isClose(result, wanted, within: 2e-6 * max(1, abs(wanted))), "of \(value)")
      }
    }
  }

  @Test("rows to lanes and back", arguments: [1, 2, 15, 16])
  func turning(rowCount: Int) {
    for count in Self.lengths {
      let stride = count + 3
      let rows = KernelTests.floats(rowCount * stride, seed: count)
      var block = [Float](repeating: 9, count: count * Self.lanes)
      cvk_rows_to_lanes(&block, rows, stride, rowCount, count)
      for bin in 0..<count {
        for lane in 0..<Self.lanes {
          let wanted = lane < rowCount ? rows[lane * stride + bin] : 0
          #expect(block[bin * Self.lanes + lane] == wanted)
        }
      }
      var back = rows.map { _ in Float(7) }
      cvk_lanes_to_rows(&back, stride, rowCount, block, count)
      for place in 0..<back.count {
        #expect(back[place] == (place % stride < count ? rows[place] : 7))
      }
    }
  }

  @Test("bands are weighted sums of bins")
  func bands() {
    let block = KernelTests.floats(50 * Self.lanes, seed: 1)
    let starts: [Int32] = [0, 3, 10, 49, 20]
    let counts: [Int32] = [5, 0, 17, 1, 30]
    let weights = KernelTests.floats(53, seed: 2)
    var out = [Float](repeating: 9, count: 5 * Self.lanes)
    cvk_lane_bands(&out, block, starts, counts, weights, 5)
    var used = 0
    for band in 0..<5 {
      for lane in 0..<Self.lanes {
        var wanted = 0.0
        for place in 0..<Int(counts[band]) {
          let bin = Int(starts[band]) + place
          wanted += Double(weights[used + place]) * Double(block[bin * Self.lanes + lane])
        }
        #expect(isClose(out[band * Self.lanes + lane], wanted, within: 1e-5))
      }
      used += Int(counts[band])
    }
  }

  @Test("moments, roll-off and logarithmic means of each frame", arguments: [1, 2, 40, 257])
  func shape(count: Int) {
    var block = KernelTests.floats(count * Self.lanes, seed: count, in: 0...1)
    // One silent frame.
    for bin in 0..<count { block[bin * Self.lanes + 3] = 0 }
    let frequencies = (0..<count).map { Float($0) * 10 }
    let empty = [Float](repeating: 9, count: Self.lanes)
    var (sums, centers, deviations) = (empty, empty, empty)
    var (indices, logMeans, means) = (empty, empty, empty)
    cvk_lane_moments(&sums, &centers, &deviations, block, frequencies, count)
    cvk_lane_rolloff(&indices, block, 0.85, count)
    cvk_lane_log_means(&logMeans, &means, block, 1e-10, count)
    for lane in 0..<Self.lanes {
      let bins = (0..<count).map { Double(block[$0 * Self.lanes + lane]) }
      let sum = bins.reduce(0, +)
      let divisor = sum == 0 ? 1 : sum
      let mean = zip(bins, frequencies).reduce(0) { $0 + $1.0 * Double($1.1) } / divisor
      let spread = zip(bins, frequencies).reduce(0) { total, pair in
        let distance = Double(pair.1) - mean
        return total + pair.0 * distance * distance
      }
      #expect(isClose(sums[lane], sum, within: 1e-5 * Double(count)))
      #expect(isClose(centers[lane], mean, within: 1e-5 * max(1, mean)))
      let deviation = (spread / divisor).squareRoot()
      #expect(isClose(deviations[lane], deviation, within: 1e-4 * max(1, deviation)))
      var running = 0.0
      let below = bins.filter { bin in
        running += bin
        return running < 0.85 * sum
      }
      #expect(indices[lane] == Float(below.count))
      let floored = bins.map { max($0, 1e-10) }
      let logs = floored.reduce(0) { $0 + log($1) } / Double(count)
      #expect(isClose(logMeans[lane], logs, within: 1e-5 * max(1, abs(logs))))
      #expect(isClose(means[lane], floored.reduce(0, +) / Double(count), within: 1e-5))
    }
  }

  @Test("means of the smallest and largest bins", arguments: 1...15, [false, true])
  func extremes(chosen: Int, roots: Bool) {
    let count = 37
    let block = KernelTests.floats(count * Self.lanes, seed: chosen, in: 0...1)
    var smallest = [Float](repeating: 9, count: Self.lanes)
    var largest = smallest
    var scratch = [Float](repeating: 0, count: chosen * Self.lanes)
    cvk_lane_extremes(&smallest, &largest, block, count, chosen, roots, &scratch)
    for lane in 0..<Self.lanes {
      let bins = (0..<count).map { Double(block[$0 * Self.lanes + lane]) }.sorted()
        .map { roots ? $0.squareRoot() : $0 }
      let low = bins.prefix(chosen).reduce(0, +) / Double(chosen)
      let high = bins.suffix(chosen).reduce(0, +) / Double(chosen)
      #expect(isClose(smallest[lane], low, within: 1e-6))
      #expect(isClose(largest[lane], high, within: 1e-6))
    }
  }

  @Test("products of matrices", arguments: [1, 3, 4, 5, 9])
  func product(rows: Int) {
    for (inner, columns) in [(1, 16), (7, 32), (20, 48)] {
      let stride = inner + 2
      let a = KernelTests.floats(rows * stride, seed: rows)
      let b = KernelTests.floats(inner * columns, seed: inner)
      var out = [Float](repeating: 9, count: rows * columns)
      cvk_matrix_product(&out, a, stride, b, rows, inner, columns)
      for row in 0..<rows {
        for column in 0..<columns {
          let wanted = (0..<inner).reduce(0.0) {
            $0 + Double(a[row * stride + $1]) * Double(b[$1 * columns + column])
          }
          #expect(isClose(out[row * columns + column], wanted, within: 1e-5))
        }
      }
    }
  }

  @Test(
    "the transform of real samples from that of their pairs",
    arguments: [2, 4, 16, 34, 64, 100, 256])
  func unpacking(half: Int) {
    let samples = KernelTests.floats(2 * half, seed: half).map(Double.init)
    let pairs = (0..<half).map { (samples[2 * $0], samples[2 * $0 + 1]) }
    var spectrum = [Float](repeating: 0, count: 2 * half + 2)
    for (bin, value) in Self.transform(pairs, bins: half).enumerated() {
      spectrum[2 * bin] = Float(value.0)
      spectrum[2 * bin + 1] = Float(value.1)
    }
    let angles = (0...(half / 2)).map { Double.pi * Double($0) / Double(half) }
    // Room for whole registers.
    let rest = [Float](repeating: 0, count: Self.lanes)
    cvk_unpack_real(
      &spectrum, angles.map { Float(cos($0)) } + rest, angles.map { Float(sin($0)) } + rest, half)
    let wanted = Self.transform(samples.map { ($0, 0) }, bins: half + 1)
    for (bin, value) in wanted.enumerated() {
      #expect(isClose(spectrum[2 * bin], value.0, within: 1e-4))
      #expect(isClose(spectrum[2 * bin + 1], value.1, within: 1e-4))
    }
  }

  /// The discrete Fourier transform, by its sum.
  private static func transform(_ input: [(Double, Double)], bins: Int) -> [(Double, Double)] {
    (0..<bins).map { bin in
      input.enumerated().reduce((0, 0)) { sum, item in
        let angle = -2 * Double.pi * Double(bin * item.offset % input.count) / Double(input.count)
        let (real, imaginary) = item.element
        return (
          sum.0 + real * cos(angle) - imaginary * sin(angle),
          sum.1 + real * sin(angle) + imaginary * cos(angle)
        )
      }
    }
  }
}

import CVectorKernels
import TestSupport
import Testing

@Suite("Scanning rows of codes")
struct ScanKernelTests {
  static let paths = [cvk_scan_portable, cvk_scan_avx2, cvk_scan_vnni].filter {
    cvk_scan_has($0) != 0
  }

  private func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  /// The coarse code of number `place` of a row, 0 to 3: sixteen rows lie together, four bytes of each in
  /// turn.
  private func code(_ rows: [UInt8], row: Int, rowBytes: Int, _ place: Int) -> Int {
    let byteOfRow = place % rowBytes
    let group = row / 16 * 16 * rowBytes
    let byte = rows[group + byteOfRow / 4 * 64 + row % 16 * 4 + byteOfRow % 4]
    return Int(byte >> (2 * (place / rowBytes)) & 3)
  }

  private func query(_ rowBytes: Int, seed: UInt64) -> [Int8] {
    bytes(4 * rowBytes, seed: seed).map { max(-127, Int8(bitPattern: $0)) }
  }

  /// Words of a scale and an error's length, both bfloat16.
  private func words(_ count: Int, seed: UInt64) -> [UInt32] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let scale = Float.random(in: 0...2, using: &random).bitPattern & 0xFFFF_0000
      return scale | Float.random(in: 0...1, using: &random).bitPattern >> 16
    }
  }

  private func scale(_ word: UInt32) -> Float { Float(bitPattern: word & 0xFFFF_0000) }
  private func error(_ word: UInt32) -> Float { Float(bitPattern: word << 16) }

  @Test("gives exact sums, the same whatever the processor has", arguments: paths)
  func scan(path: cvk_scan_path) {
    for rowBytes in [32, 64, 96, 256] {
      for count in [0, 16, 48] {
        let rows = bytes(count * rowBytes, seed: UInt64(rowBytes))
        let query = query(rowBytes, seed: UInt64(count))
        let scales = words(count, seed: UInt64(count))
        var scores = [Float](repeating: 99, count: count + 1)
        cvk_scan_codes(path, &scores, rows, scales, count, rowBytes, query, 0.3)
        for row in 0..<count {
          let sum = (0..<(4 * rowBytes)).reduce(0) {
            $0 + (2 * code(rows, row: row, rowBytes: rowBytes, $1) - 3) * Int(query[$1])
          }
          #expect(scores[row] == scale(scales[row]) * Float(sum) + error(scales[row]) * 0.3)
        }
        #expect(scores[count] == 99, "nothing is written past the end")
      }
    }
  }

  @Test("of some rows gives theirs, and of the others nothing that reaches", arguments: paths)
  func among(path: cvk_scan_path) {
    var random = SplitMix64(seed: 9)
    for rowBytes in [32, 64, 96] {
      for count in [0, 16, 160] {
        let rows = bytes(count * rowBytes, seed: UInt64(rowBytes))
        let query = query(rowBytes, seed: UInt64(count))
        let scales = words(count, seed: UInt64(count))
        var all = [Float](repeating: 0, count: count)
        cvk_scan_codes(path, &all, rows, scales, count, rowBytes, query, 0.3)
        for share in [0, 0.05, 0.5, 1] {
          let allowed = (0..<count).map { _ in Double.random(in: 0..<1, using: &random) < share }
          var groups = [UInt16](repeating: 0, count: count / 16 + 1)
          for (row, isAllowed) in allowed.enumerated() where isAllowed {
            groups[row / 16] |= 1 << (row % 16)
          }
          var scores = [Float](repeating: 99, count: count + 1)
          cvk_scan_codes_among(path, &scores, rows, scales, count, rowBytes, query, 0.3, groups)
          for row in 0..<count {
            #expect(allowed[row] ? scores[row] == all[row] : scores[row].isNaN)
          }
          #expect(scores[count] == 99, "nothing is written past the end")
          var places = [UInt32](repeating: 0, count: count)
          let found = cvk_places_of(scores, count, -.infinity, &places)
          #expect(places[..<found].map(Int.init) == (0..<count).filter { allowed[$0] })
        }
      }
    }
  }

  @Test("does not overflow with the largest numbers of the longest vectors", arguments: paths)
  func largest(path: cvk_scan_path) {
    let rowBytes = cvk_code_bytes(65_536)
    for (byte, value, sign) in [(UInt8(0xff), Int8(127), 1), (0, 127, -1), (0xff, -127, -1)] {
      var scores = [Float](repeating: 0, count: 16)
      cvk_scan_codes(
        path, &scores, [UInt8](repeating: byte, count: 16 * rowBytes),
        [UInt32](repeating: Float(1).bitPattern, count: 16), 16, rowBytes,
        [Int8](repeating: value, count: 4 * rowBytes), 1)
      #expect(scores == [Float](repeating: Float(sign * 3 * 127 * 65_536), count: 16))
    }
  }

  @Test("sums the codes of rows wherever they lie")
  func sums() {
    for (rowBytes, stride) in [(32, 44), (64, 76), (96, 96)] {
      let rows = bytes(50 * stride, seed: 3)
      let query = query(rowBytes, seed: 4)
      let numbers = [49, 0, 7, 7, 12, 48, 3, 30, 31, 1, 25]
      var sums = [Int32](repeating: 0, count: numbers.count)
      cvk_code_sums(&sums, rows, stride, numbers, numbers.count, query, rowBytes)
      for (number, sum) in zip(numbers, sums) {
        let expected = (0..<(4 * rowBytes)).reduce(0) {
          let byte = rows[number * stride + $1 % rowBytes]
          return $0 + (2 * Int(byte >> (2 * ($1 / rowBytes)) & 3) - 3) * Int(query[$1])
        }
        #expect(Int(sum) == expected)
      }
    }
  }

  @Test(
    "coded vectors are near the vectors they came from",
    arguments: [1, 2, 31, 32, 33, 127, 128, 129, 256, 300])
  func coding(dimension: Int) {
    let rowBytes = cvk_code_bytes(dimension)
    #expect(rowBytes % 32 == 0 && 4 * rowBytes >= dimension && 4 * rowBytes < dimension + 128)
    for seed in 0..<8 {
      // A sum of uniform numbers is nearly normal.
      let parts = (0..<6).map { KernelTests.floats(dimension, seed: 100 * seed + $0) }
      let values = (0..<dimension).map { place in parts.reduce(0) { $0 + $1[place] } }
      let row = seed
      var rows = [UInt8](repeating: 0xff, count: 32 * rowBytes + 1)
      var fine = [UInt8](repeating: 0xff, count: rowBytes)
      var rest = [Float](repeating: 0, count: dimension)
      let scales = cvk_encode(&rows, row, &fine, values, &rest, dimension)
      let touched = rows.indices.filter { rows[$0] != 0xff }
      #expect(touched.allSatisfy { $0 / (16 * rowBytes) == row / 16 && $0 / 4 % 16 == row % 16 })
      var (square, product, finer) = (0.0, 0.0, 0.0)
      var (error, finerError) = (0.0, 0.0)
      for place in 0..<dimension {
        let value = Double(values[place])
        let low = Int(fine[place % rowBytes] >> (2 * (place / rowBytes)) & 3)
        let coarse =
          Double(scale(scales.coarse))
          * Double(2 * code(rows, row: row, rowBytes: rowBytes, place) - 3)
        let both =
          coarse * Double(scales.coarse_share) + Double(scale(scales.fine)) * Double(2 * low - 3)
        square += value * value
        product += coarse * value
        finer += both * value
        error += (coarse - value) * (coarse - value)
        finerError += (both - value) * (both - value)
      }
      #expect(abs(product / square - 1) < 0.004, "the product with the vector itself is right")
      #expect(abs(finer / square - 1) < 1e-4)
      for (told, missed) in [(scales.coarse, error), (scales.fine, finerError)] {
        let length = (missed / square).squareRoot()
        #expect(Double(self.error(told)) >= max(0.039, length - 1e-5))
        #expect(Double(self.error(told)) <= max(0.041, length * 1.01 + 1e-5))
      }
      // The best uniform quantiser of four levels leaves 11.9 % of a normal variable's variance, which
      // become 13.5 % where products are kept right; a short vector may be less lucky.
      #expect(error <= (dimension >= 256 ? 0.16 : 0.35) * square)
      // Of values beyond two deviations much is left.
      #expect(finerError <= (dimension >= 256 ? 0.03 : 0.06) * square)
    }
  }

  @Test("a vector of zeros has scales of zero, one of a single number none that is wrong")
  func zeros() {
    var rows = [UInt8](repeating: 0, count: 16 * 32)
    var (fine, rest) = ([UInt8](repeating: 0, count: 32), [Float](repeating: 0, count: 100))
    let zeros = cvk_encode(&rows, 0, &fine, [Float](repeating: 0, count: 100), &rest, 100)
    for word in [zeros.coarse, zeros.fine] { #expect(scale(word) == 0 && error(word) == 1) }
    #expect(zeros.coarse_share == 0)
    let axis = [1] + [Float](repeating: 0, count: 99)
    let scales = cvk_encode(&rows, 0, &fine, axis, &rest, 100)
    for word in [scales.coarse, scales.fine] {
      #expect(scale(word).isFinite && error(word) >= 0.04 && error(word) < 4)
    }
    #expect(scale(scales.coarse) > 0 && scales.coarse_share.isFinite)
  }

  @Test("finds the places of the scores that reach a threshold")
  func places() {
    for count in [0, 1, 5, 64, 1_000] {
      let scores = KernelTests.floats(count, seed: count)
      for threshold in [-Float.infinity, -0.5, 0, 0.9, scores.max() ?? 0, 2] {
        var places = [UInt32](repeating: 7, count: count)
        let found = cvk_places_of(scores, count, threshold, &places)
        #expect(places[..<found].map(Int.init) == (0..<count).filter { scores[$0] >= threshold })
      }
    }
  }
}

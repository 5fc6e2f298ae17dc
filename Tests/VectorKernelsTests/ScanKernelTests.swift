import CVectorKernels
import TestSupport
import Testing

@Suite("Scanning rows of half bytes")
struct ScanKernelTests {
  static let paths = [cvk_scan_portable, cvk_scan_avx2, cvk_scan_vnni].filter {
    cvk_scan_has($0) != 0
  }

  private func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  /// The level of number `place` of a row, 0 to 15: sixteen rows lie together, four bytes of each in
  /// turn.
  private func level(_ rows: [UInt8], row: Int, chunks: Int, _ place: Int) -> Int {
    let byteOfRow = place / 128 * 64 + place % 64
    let group = row / 16 * 16 * chunks * 64
    let byte = rows[group + byteOfRow / 4 * 64 + row % 16 * 4 + byteOfRow % 4]
    return Int(place % 128 < 64 ? byte & 15 : byte >> 4)
  }

  @Test("gives exact sums, the same whatever the processor has", arguments: paths)
  func scan(path: cvk_scan_path) {
    for chunks in [1, 2, 3, 8] {
      for count in [0, 16, 48] {
        let rows = bytes(count * chunks * 64, seed: UInt64(chunks))
        let query = bytes(chunks * 128, seed: UInt64(count)).map { max(-127, Int8(bitPattern: $0)) }
        let scales = KernelTests.floats(count, seed: count, in: 0...2)
        var scores = [Float](repeating: 99, count: count + 1)
        cvk_scan_halves(path, &scores, rows, scales, count, chunks, query)
        for row in 0..<count {
          var sum = 0
          for place in 0..<(chunks * 128) {
            sum += (2 * level(rows, row: row, chunks: chunks, place) - 15) * Int(query[place])
          }
          #expect(scores[row] == scales[row] * Float(sum))
        }
        #expect(scores[count] == 99, "nothing is written past the end")
      }
    }
  }

  @Test("of some rows gives theirs, and of the others nothing that reaches", arguments: paths)
  func among(path: cvk_scan_path) {
    var random = SplitMix64(seed: 9)
    for chunks in [1, 2, 3] {
      for count in [0, 16, 160] {
        let rows = bytes(count * chunks * 64, seed: UInt64(chunks))
        let query = bytes(chunks * 128, seed: UInt64(count)).map { max(-127, Int8(bitPattern: $0)) }
        let scales = KernelTests.floats(count, seed: count, in: 0...2)
        var all = [Float](repeating: 0, count: count)
        cvk_scan_halves(path, &all, rows, scales, count, chunks, query)
        for share in [0, 0.05, 0.5, 1] {
          let allowed = (0..<count).map { _ in Double.random(in: 0..<1, using: &random) < share }
          var groups = [UInt16](repeating: 0, count: count / 16 + 1)
          for (row, isAllowed) in allowed.enumerated() where isAllowed {
            groups[row / 16] |= 1 << (row % 16)
          }
          var scores = [Float](repeating: 99, count: count + 1)
          cvk_scan_halves_among(path, &scores, rows, scales, count, chunks, query, groups)
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
    let chunks = 512
    for (byte, value, sign) in [(UInt8(0xff), Int8(127), 1), (0, 127, -1), (0xff, -127, -1)] {
      var scores = [Float](repeating: 0, count: 16)
      cvk_scan_halves(
        path, &scores, [UInt8](repeating: byte, count: 16 * chunks * 64),
        [Float](repeating: 1, count: 16), 16, chunks,
        [Int8](repeating: value, count: chunks * 128))
      #expect(scores == [Float](repeating: Float(sign * 15 * 127 * chunks * 128), count: 16))
    }
  }

  @Test(
    "packed vectors are near the vectors they came from",
    arguments: [1, 2, 63, 64, 65, 127, 128, 129, 256, 300])
  func packing(dimension: Int) {
    let chunks = (dimension + 127) / 128
    for seed in 0..<20 {
      // A sum of uniform numbers is nearly normal.
      let parts = (0..<6).map { KernelTests.floats(dimension, seed: 100 * seed + $0) }
      let values = (0..<dimension).map { place in parts.reduce(0) { $0 + $1[place] } }
      let row = seed
      var rows = [UInt8](repeating: 0xaa, count: 32 * chunks * 64 + 1)
      let scale = cvk_halve(&rows, row, values, dimension)
      let touched = rows.indices.filter { rows[$0] != 0xaa }
      #expect(touched.allSatisfy { $0 / (16 * chunks * 64) == row / 16 && $0 / 4 % 16 == row % 16 })
      var error = 0.0
      var square = 0.0
      for place in 0..<dimension {
        let value = Double(scale) * Double(2 * level(rows, row: row, chunks: chunks, place) - 15)
        error += (value - Double(values[place])) * (value - Double(values[place]))
        square += Double(values[place]) * Double(values[place])
      }
      // The best uniform quantiser of sixteen levels leaves 1.15 % of a normal variable's variance;
      // a short vector may be less lucky.
      #expect(error <= (dimension >= 256 ? 0.016 : 0.04) * square)
    }
  }

  @Test("a vector of zeros has the scale zero")
  func zeros() {
    var rows = [UInt8](repeating: 0, count: 16 * 64)
    #expect(cvk_halve(&rows, 0, [Float](repeating: 0, count: 100), 100) == 0)
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

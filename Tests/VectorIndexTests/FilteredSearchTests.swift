import CVectorKernels
import FileAccess
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Searches among some of the vectors")
struct FilteredSearchTests {
  let folder = TemporaryFolder()

  private static let paths = [cvk_scan_portable, cvk_scan_avx2, cvk_scan_vnni].filter {
    cvk_scan_has($0) != 0
  }

  /// Rows drawn with a probability, or the first few of a shuffle.
  private static func rows(
    of count: Int, share: Double, using random: inout SplitMix64
  ) -> RowSet {
    RowSet(
      rowCount: count,
      rows: (0..<count).filter { _ in Double.random(in: 0..<1, using: &random) < share })
  }

  @Test(
    "find what exact search among them finds, however few they are",
    arguments: [0.9, 0.5, 0.1, 0.01, 0.001], [Float(0), 1, 0.1])
  func recall(share: Double, spread: Float) throws {
    let count = 3_000
    let vectors =
      spread > 0
      ? Vectors.clustered(count: count, dimension: 64, clusters: 12, spread: spread, seed: 50)
      : Vectors.uniform(count: count, dimension: 64, seed: 51)
    let path = try vectors.written(to: folder.path.appending("file"))
    let resident = try SearchFile(path, resident: true)
    let streamed = try SearchFile(path, resident: false)
    var random = SplitMix64(seed: 52)
    var found = 0
    var wanted = 0
    for round in 0..<20 {
      let rows = Self.rows(of: count, share: share, using: &random)
      let query = round % 2 == 0 ? vectors.vector(round) : Vectors.unit(64, using: &random)
      let exact = vectors.nearest(to: query, count: 10, among: rows)
      #expect(exact.count == min(10, rows.count))
      #expect(exact.allSatisfy { rows.contains(Int($0.key) / 3 - 1) })
      let answer = try resident.nearest(to: query, count: 10, among: rows)
      #expect(try streamed.nearest(to: query, count: 10, among: rows) == answer)
      #expect(answer.count == exact.count)
      let keys = Set(exact.map(\.key))
      wanted += keys.count
      found += answer.count { keys.contains($0.key) }
    }
    #expect(Double(found) >= 0.999 * Double(wanted), "\(found) of \(wanted)")
  }

  @Test("of up to one row in 64 need no block where the file is read for each query")
  func fewRows() throws {
    let vectors = Vectors.uniform(count: 32_768, dimension: 8, seed: 54)
    let path = try vectors.written(to: folder.path.appending("file"))
    var bytes = try ReadableFile(path).contents(limit: 1 << 24)
    // In the first block: a scan comes upon it, a comparison of rows does not.
    bytes[5_000] ^= 1
    let damaged = try SearchFile(
      folder.write(bytes, as: "damaged"),
      resident: false)
    let query = vectors.vector(9)
    let few = RowSet(rowCount: 32_768, rows: stride(from: 0, to: 32_768, by: 64))
    #expect(few.count == 512)
    #expect(
      try damaged.nearest(to: query, count: 10, among: few)
        == vectors.nearest(to: query, count: 10, among: few))
    let more = RowSet(rowCount: 32_768, rows: stride(from: 0, to: 32_768, by: 32))
    #expect(throws: SearchFileError.self) {
      try damaged.nearest(to: query, count: 10, among: more)
    }
  }

  @Test("among all are searches without a set; among none they find nothing")
  func allAndNone() throws {
    let vectors = Vectors.uniform(count: 1_000, dimension: 16, seed: 53)
    let path = try vectors.written(to: folder.path.appending("file"))
    for resident in [true, false] {
      let file = try SearchFile(path, resident: resident)
      let query = vectors.vector(5)
      let all = RowSet(rowCount: 1_000, rows: 0..<1_000)
      for count in [1, 10, 300, 1_000, .max] {
        let answer = try file.nearest(to: query, count: count)
        #expect(try file.nearest(to: query, count: count, among: all) == answer)
        #expect(vectors.nearest(to: query, count: count, among: all).count == answer.count)
      }
      let none = RowSet(rowCount: 1_000)
      #expect(try file.nearest(to: query, count: 10, among: none).isEmpty)
      #expect(vectors.nearest(to: query, count: 10, among: none).isEmpty)
    }
  }

  @Test("fewer than wanted give all of them, best first")
  func fewerThanWanted() throws {
    let vectors = Vectors.uniform(count: 3_000, dimension: 32, seed: 54)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: true)
    var random = SplitMix64(seed: 55)
    for size in [1, 2, 9, 200, 300] {
      let rows = RowSet(rowCount: 3_000, rows: (0..<3_000).shuffled(using: &random).prefix(size))
      let query = Vectors.unit(32, using: &random)
      let answer = try file.nearest(to: query, count: 500, among: rows)
      #expect(answer.count == size)
      #expect(answer == vectors.nearest(to: query, count: 500, among: rows))
    }
  }

  @Test("leave out what is excluded, too")
  func exclusion() throws {
    let vectors = Vectors.uniform(count: 2_000, dimension: 16, seed: 56)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: false)
    var random = SplitMix64(seed: 57)
    for share in [0.5, 0.05] {
      let rows = Self.rows(of: 2_000, share: share, using: &random)
      let query = vectors.vector(12)
      let all = vectors.nearest(to: query, count: 2_000, among: rows)
      for excludedCount in [1, 30, all.count - 2, all.count] {
        let excluded = Set(all.prefix(excludedCount).map(\.key))
        #expect(
          try file.nearest(to: query, count: 10, excluding: excluded, among: rows)
            == Array(all.dropFirst(excludedCount).prefix(10)))
      }
    }
  }

  @Test("give the same answers whatever the processor has", arguments: [16, 256, 300])
  func paths(dimension: Int) throws {
    let vectors = Vectors.uniform(count: 900, dimension: dimension, seed: 58)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: true)
    var random = SplitMix64(seed: 59)
    for share in [1, 0.6, 0.35] {
      let rows = share < 1 ? Self.rows(of: 900, share: share, using: &random) : nil
      let query = Vectors.unit(dimension, using: &random)
      let exact = vectors.nearest(to: query, count: 10, among: rows)
      for path in Self.paths {
        #expect(
          try file.nearest(to: query, count: 10, excluding: [], among: rows, path: path) == exact)
      }
    }
  }

  @Test("find rows of each block, and need no block that has none of them")
  func blocks() throws {
    let perBlock = SearchFileHeader.rowsPerBlock(dimension: 4)
    let count = 2 * perBlock + 700
    // Every row the same but for those at the borders, the first of which is the nearest.
    let edges = [0, perBlock - 1, perBlock, 2 * perBlock - 1, 2 * perBlock, 2 * perBlock + 599]
    var values = [Float](repeating: 0, count: 4 * count)
    for row in 0..<count { values[4 * row] = 1 }
    for (number, row) in edges.enumerated() {
      let slope = Float(number + 1) * 0.1
      values.replaceSubrange(
        (4 * row)..<(4 * row + 3), with: [0, (1 - slope * slope).squareRoot(), slope])
    }
    let vectors = ExactSearch(dimension: 4, keys: (0..<count).map { Int64($0) }, values: values)
    let path = try vectors.written(to: folder.path.appending("file"))
    let spread = RowSet(rowCount: count, rows: Array(stride(from: 0, to: count, by: 37)) + edges)
    let last = RowSet(rowCount: count, rows: (2 * perBlock)..<(2 * perBlock + 600))
    let query: [Float] = [0, 1, 0, 0]
    for resident in [true, false] {
      let file = try SearchFile(path, resident: resident)
      #expect(
        try file.nearest(to: query, count: 6, among: spread).map(\.key) == edges.map { Int64($0) })
      #expect(
        try file.nearest(to: query, count: 2, among: last).map(\.key)
          == edges.suffix(2).map { Int64($0) })
    }
    // Damage in the first block goes unnoticed where only the last one is asked.
    var bytes = try [UInt8](path)
    bytes[SearchFileHeader.blocksOffset + 5] ^= 1
    let damaged = try SearchFile(folder.write(bytes, as: "damaged"), resident: false)
    #expect(
      try damaged.nearest(to: query, count: 2, among: last)
        == vectors.nearest(to: query, count: 2, among: last))
    #expect(throws: SearchFileError.self) {
      _ = try damaged.nearest(to: query, count: 2, among: spread)
    }
  }
}

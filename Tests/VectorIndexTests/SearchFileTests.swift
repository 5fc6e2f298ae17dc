import FileAccess
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Search files")
struct SearchFileTests {
  let folder = TemporaryFolder()

  /// How much of the ten nearest, over many queries, the file finds too.
  private func recall(of file: SearchFile, against exact: ExactSearch, queries: [[Float]]) throws
    -> Double
  {
    var found = 0
    var wanted = 0
    for query in queries {
      let nearest = Set(exact.nearest(to: query, count: 10).map(\.key))
      wanted += nearest.count
      found += try file.nearest(to: query, count: 10).count { nearest.contains($0.key) }
    }
    return Double(found) / Double(wanted)
  }

  @Test("find what exact search finds, in all directions", arguments: [8, 64, 256])
  func uniformRecall(dimension: Int) throws {
    let vectors = Vectors.uniform(count: 5_000, dimension: dimension, seed: 1)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: true)
    var random = SplitMix64(seed: 2)
    let queries = (0..<40).map { _ in Vectors.unit(dimension, using: &random) }
    #expect(try recall(of: file, against: vectors, queries: queries) >= 0.999)
  }

  @Test(
    "find what exact search finds, in clusters",
    arguments: [(8, 0.3), (64, 1), (64, 0.1), (64, 0.03), (256, 0.1)] as [(Int, Float)])
  func clusteredRecall(dimension: Int, spread: Float) throws {
    let vectors = Vectors.clustered(
      count: 2_000, dimension: dimension, clusters: 8, spread: spread, seed: 3)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: true)
    let queries = stride(from: 0, to: 2_000, by: 67).map { vectors.vector($0) }
    #expect(try recall(of: file, against: vectors, queries: queries) >= 0.999)
  }

  @Test("find what exact search finds, also where the first rows tell nothing of the others")
  func mixedRecall() throws {
    // Two bits hold the first rows exactly, and the others as badly as any.
    var random = SplitMix64(seed: 6)
    let rows = (0..<6_000).map { row in
      row < 3_000
        ? (0..<64).map { _ in Bool.random(using: &random) ? 0.125 : -0.125 }
        : Vectors.unit(64, using: &random)
    }
    let vectors = Vectors.collection(rows, 64)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: true)
    let queries = (0..<100).map { _ in Vectors.unit(64, using: &random) }
    #expect(try recall(of: file, against: vectors, queries: queries) >= 0.999)
  }

  @Test(
    "give the same answers kept in memory and read again", arguments: [0, 1, 3, 63, 64, 65, 700])
  func residence(count: Int) throws {
    let vectors = Vectors.uniform(count: count, dimension: 12, seed: UInt64(count))
    let path = try vectors.written(to: folder.path.appending("file"), generation: 41)
    let resident = try SearchFile(path, resident: true)
    let streamed = try SearchFile(path, resident: false)
    for file in [resident, streamed] {
      #expect(file.count == count)
      #expect(file.dimension == 12)
      #expect(file.generation == 41)
      #expect(file.model == Vectors.model)
      for row in 0..<count {
        let (key, vector) = try file.row(row)
        #expect(key == vectors.keys[row])
        #expect(vector == vectors.vector(row), "every bit is kept")
      }
    }
    var random = SplitMix64(seed: 5)
    for _ in 0..<10 {
      let query = Vectors.unit(12, using: &random)
      for wanted in [0, 1, 10, 64, 65, .max] {
        let answer = try resident.nearest(to: query, count: wanted)
        #expect(try streamed.nearest(to: query, count: wanted) == answer)
        #expect(answer.count == min(wanted, count))
        if wanted <= 16 || wanted == .max {
          #expect(answer == vectors.nearest(to: query, count: wanted))
        }
      }
    }
  }

  @Test("of several blocks find rows in each, at their borders too")
  func blocks() throws {
    // The codes of short vectors fill 32 bytes all the same: 1 MiB holds 29,120 rows of them.
    let perBlock = SearchFileHeader.rowsPerBlock(dimension: 4)
    #expect(perBlock == 29_120)
    for count in [perBlock, 2 * perBlock + 3] {
      var values = [Float](repeating: 0, count: 4 * count)
      // Every row the same but for those at the borders.
      for row in 0..<count { values[4 * row] = 1 }
      let special = [0, perBlock - 1, perBlock, 2 * perBlock - 1, 2 * perBlock, count - 1]
      let rows = Set(special.filter { $0 < count }).sorted()
      for (number, row) in rows.enumerated() {
        let slope = Float(number + 1) * 0.1
        values[4 * row] = 0
        values[4 * row + 1] = (1 - slope * slope).squareRoot()
        values[4 * row + 2] = slope
      }
      let vectors = ExactSearch(
        dimension: 4, keys: (0..<count).map { Int64($0) }, values: values)
      let path = try vectors.written(to: folder.path.appending("file"))
      for resident in [true, false] {
        let file = try SearchFile(path, resident: resident)
        let answer = try file.nearest(to: [0, 1, 0, 0], count: rows.count)
        #expect(answer.map(\.key) == rows.map { Int64($0) })
      }
    }
  }

  @Test("give equal vectors by their keys")
  func ties() throws {
    let vectors = ExactSearch(
      dimension: 8, keys: (0..<500).map { Int64($0) },
      values: (0..<500).flatMap { row -> [Float] in
        row % 2 == 0 ? [1, 0, 0, 0, 0, 0, 0, 0] : [0.6, 0.8, 0, 0, 0, 0, 0, 0]
      })
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: true)
    for count in [1, 10, 40, 300] {
      #expect(
        try file.nearest(to: [1, 0, 0, 0, 0, 0, 0, 0], count: count)
          == vectors.nearest(to: [1, 0, 0, 0, 0, 0, 0, 0], count: count))
    }
    // A few equal ones, not in the order of their keys.
    let shuffled = ExactSearch(
      dimension: 2, keys: [9, 2, 5, -1], values: [1, 0, 1, 0, 0, 1, 1, 0])
    let other = try SearchFile(shuffled.written(to: folder.path.appending("other")), resident: true)
    #expect(try other.nearest(to: [1, 0], count: 3).map(\.key) == [-1, 2, 9])
  }

  @Test("leave out what is excluded and find enough behind it")
  func exclusion() throws {
    let vectors = Vectors.uniform(count: 2_000, dimension: 16, seed: 12)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: false)
    let query = vectors.vector(77)
    let all = vectors.nearest(to: query, count: 2_000)
    for excludedCount in [1, 60, 500, 1_995, 2_000] {
      let excluded = Set(all.prefix(excludedCount).map(\.key))
      #expect(
        try file.nearest(to: query, count: 10, excluding: excluded)
          == Array(all.dropFirst(excludedCount).prefix(10)))
    }
    let strangers = Set((1...500).map { -Int64($0) })
    #expect(
      try file.nearest(to: query, count: 10, excluding: strangers) == Array(all.prefix(10)))
  }

  @Test("keep the largest keys and vectors that are no unit vectors exactly")
  func extremes() throws {
    let values: [Float] = [
      0, 0, 0, .leastNonzeroMagnitude, 0, 0, 1e-30, -1e-30, 0, -1, 0, 0, 3e-23, 0, 0, 0, 1e14, 5e13,
    ]
    let vectors = ExactSearch(dimension: 3, keys: [.min, .max, 0, -1, 1, 2], values: values)
    let file = try SearchFile(vectors.written(to: folder.path.appending("file")), resident: true)
    for row in 0..<6 {
      #expect(try file.row(row).key == vectors.keys[row])
      #expect(try file.row(row).vector.map(\.bitPattern) == vectors.vector(row).map(\.bitPattern))
    }
    #expect(try file.nearest(to: [0, 0, 0], count: 6) == vectors.nearest(to: [0, 0, 0], count: 6))
    #expect(try file.nearest(to: [-1, 0, 0], count: 1).map(\.key) == [-1])
    #expect(try file.nearest(to: [0, 0, 1], count: 1).map(\.key) == [2])
  }

  @Test("stay whole for who has them open while they are written again")
  func replaced() throws {
    let path = folder.path.appending("file")
    let old = Vectors.uniform(count: 300, dimension: 8, seed: 20)
    _ = try old.written(to: path, generation: 1)
    let file = try SearchFile(path, resident: false)
    let new = Vectors.uniform(count: 200, dimension: 8, seed: 21)
    _ = try new.written(to: path, generation: 2)
    let query = old.vector(3)
    #expect(file.generation == 1)
    #expect(try file.nearest(to: query, count: 5) == old.nearest(to: query, count: 5))
    let again = try SearchFile(path, resident: false)
    #expect(again.generation == 2)
    #expect(try again.nearest(to: query, count: 5) == new.nearest(to: query, count: 5))
  }

  @Test("cannot be written where there is no folder")
  func noFolder() throws {
    let path = folder.path.appending("missing/file")
    #expect(throws: SearchFileError(code: .file(.notFound), path: path)) {
      _ = try Vectors.uniform(count: 3, dimension: 2, seed: 1).written(to: path)
    }
  }

  @Test("asked for rows or vectors they cannot have are a mistake of the program")
  func mistakes() async {
    await #expect(processExitsWith: .failure) {
      let folder = TemporaryFolder()
      let vectors = Vectors.uniform(count: 3, dimension: 2, seed: 1)
      let path = try vectors.written(to: folder.path.appending("file"))
      _ = try SearchFile(path, resident: false).row(3)
    }
  }
}

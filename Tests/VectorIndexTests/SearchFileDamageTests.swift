import FileAccess
import Hashing
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Search files that are damaged")
struct SearchFileDamageTests {
  let folder = TemporaryFolder()

  private func code(of bytes: [UInt8], resident: Bool = false) throws -> SearchFileError.Code? {
    let path = try folder.write(bytes, as: "damaged")
    do throws(SearchFileError) {
      _ = try SearchFile(path, resident: resident)
      return nil
    } catch {
      #expect(error.path == path)
      return error.code
    }
  }

  @Test("give an error or the right answer, never another", arguments: Damage.allCases)
  func mutants(damage: Damage) throws {
    let (count, dimension) = (24, 6)
    let vectors = Vectors.uniform(count: count, dimension: dimension, seed: 30)
    let path = try vectors.written(to: folder.path.appending("whole"))
    let whole = try [UInt8](path)
    // As the file was before the library changed.
    let older = try [UInt8](
      Vectors.uniform(count: count, dimension: dimension, seed: 29).written(
        to: folder.path.appending("older"), generation: 6))
    let header = SearchFileHeader(
      dimension: dimension, model: Vectors.model, count: count, generation: 7)
    #expect(whole.count == header.fileSize && older.count == header.fileSize)
    let distribution = try SearchFile(path, resident: false).pairDistribution()
    let moments = try SearchFile(path, resident: false).moments()
    let query = vectors.vector(4)
    let answer = vectors.nearest(to: query, count: 5)
    let rows = vectors.rows(of: [3, 9, 15, 30, 72])
    let among = vectors.nearest(to: query, count: 5, among: rows)
    // Most of the file is one block of 1 MiB, so each part is aimed at.
    let blocks = SearchFileHeader.blocksOffset
    let parts: [(part: Range<Int>, unit: Int)] = [
      (0..<SearchFileHeader.checkedSize, 4), (0..<SearchFileHeader.size, SearchFileHeader.size),
      (SearchFileHeader.size..<blocks, 4),
      (blocks..<(blocks + 32 * count), 32), (blocks..<header.fineOffset, 1 << 18),
      (header.fineOffset..<header.keysOffset, header.fineStride),
      ((header.keysOffset - 16)..<header.rowsOffset, 8),
      (header.rowsOffset..<header.momentsOffset, header.rowStride),
      (header.momentsOffset..<header.fileSize, 4),
    ]
    var random = SplitMix64(seed: 31)
    var refused = 0
    let rounds = 216
    for round in 0..<rounds {
      var bytes = whole
      let (part, unit) = parts[round % parts.count]
      damage.apply(to: &bytes, in: part, unit: unit, other: older, using: &random)
      let damaged = try folder.overwrite(bytes, as: "damaged")
      do throws(SearchFileError) {
        let file = try SearchFile(damaged, resident: round / parts.count % 2 == 0)
        #expect(file.model == Vectors.model && file.count == count)
        // A whole head of another generation is for the library to find.
        #expect(file.generation == 7 || damage == .foreign)
        #expect(try file.nearest(to: query, count: 5) == answer)
        let filter = try file.rows(of: [72, 3, 30, 9, 15])
        #expect(try file.nearest(to: query, count: 5, among: filter) == among)
        #expect(try file.pairDistribution() == distribution)
        #expect(try file.moments() == moments)
        for row in 0..<count {
          let (key, vector) = try file.row(row)
          #expect(key == vectors.keys[row] && vector == vectors.vector(row))
        }
      } catch {
        refused += 1
        #expect(error.code != .file(.notFound))
      }
      // What is left are spans put where they were, and bytes between the parts.
      if bytes == whole { refused += 1 }
    }
    #expect(refused > rounds * 9 / 10, "\(refused) of \(rounds)")
  }

  @Test("of any byte of the head are found, but in the zeros behind it")
  func head() throws {
    let path = try Vectors.uniform(count: 2, dimension: 3, seed: 1).written(
      to: folder.path.appending("whole"))
    let whole = try ReadableFile(path).contents(limit: 1 << 22)
    for place in stride(from: 0, to: SearchFileHeader.checkedSize + 4, by: 3) {
      var bytes = whole
      bytes[place] ^= 0x10
      switch place {
      case 0..<8: #expect(try code(of: bytes) == .notASearchFile)
      case 8..<12:
        #expect(
          try code(of: bytes)
            == .unknownVersion(SearchFileHeader.version ^ 0x10 << UInt32(8 * (place - 8))))
      default: #expect(try code(of: bytes) == .damaged)
      }
    }
  }

  @Test("of any byte of the moments are found when they are asked for")
  func moments() throws {
    let path = try Vectors.uniform(count: 2, dimension: 3, seed: 1).written(
      to: folder.path.appending("whole"))
    let whole = try ReadableFile(path).contents(limit: 1 << 22)
    let header = SearchFileHeader(dimension: 3, model: Vectors.model, count: 2, generation: 7)
    for place in header.momentsOffset..<whole.count {
      var bytes = whole
      bytes[place] ^= 1
      let file = try SearchFile(folder.write(bytes, as: "damaged"), resident: false)
      #expect {
        _ = try file.moments()
      } throws: {
        ($0 as? SearchFileError)?.code == .damaged
      }
    }
  }

  @Test("of any byte of a row and a block's sums are found")
  func rows() throws {
    let path = try Vectors.uniform(count: 2, dimension: 3, seed: 1).written(
      to: folder.path.appending("whole"))
    let whole = try ReadableFile(path).contents(limit: 1 << 22)
    let header = SearchFileHeader(dimension: 3, model: Vectors.model, count: 2, generation: 7)
    for place in stride(from: header.rowsOffset, to: header.momentsOffset, by: 3) {
      var bytes = whole
      bytes[place] ^= 1
      let file = try SearchFile(folder.write(bytes, as: "damaged"), resident: false)
      #expect {
        _ = try file.nearest(to: [1, 0, 0], count: 2)
      } throws: {
        ($0 as? SearchFileError)?.code == .damaged
      }
    }
  }

  @Test("of any byte of a block's sums and of fine codes are found, and of keys that are asked for")
  func sums() throws {
    let path = try Vectors.uniform(count: 2, dimension: 3, seed: 1).written(
      to: folder.path.appending("whole"))
    let whole = try ReadableFile(path).contents(limit: 1 << 22)
    let header = SearchFileHeader(dimension: 3, model: Vectors.model, count: 2, generation: 7)
    for place in (header.fineOffset - 16)..<(header.rowsOffset - 4) {
      var bytes = whole
      bytes[place] ^= 1
      let file = try SearchFile(folder.write(bytes, as: "damaged"), resident: false)
      #expect {
        _ =
          try place < header.keysOffset
          ? file.nearest(to: [1, 0, 0], count: 2).count : file.rows(of: [3]).count
      } throws: {
        ($0 as? SearchFileError)?.code == .damaged
      }
    }
  }

  @Test("by numbers that are none, with the right sum, are found", arguments: [true, false])
  func numbers(resident: Bool) throws {
    let path = try Vectors.uniform(count: 2, dimension: 3, seed: 1).written(
      to: folder.path.appending("whole"))
    let whole = try ReadableFile(path).contents(limit: 1 << 22)
    let header = SearchFileHeader(dimension: 3, model: Vectors.model, count: 2, generation: 7)
    for value in [Float.nan, .infinity, .greatestFiniteMagnitude] {
      var bytes = whole
      let start = header.rowsOffset + header.rowStride
      let end = start + header.rowStride - 4
      for place in stride(from: start + 8, to: end, by: 4) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) {
          bytes.replaceSubrange(place..<(place + 4), with: $0)
        }
      }
      let sum = bytes[start..<end].withUnsafeBytes { CRC32C.checksum(of: $0) }
      for byte in 0..<4 { bytes[end + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte)) }
      let file = try SearchFile(folder.write(bytes, as: "damaged"), resident: resident)
      #expect {
        _ = try file.nearest(to: [0.6, 0.64, 0.48], count: 2)
      } throws: {
        ($0 as? SearchFileError)?.code == .damaged
      }
    }
  }

  @Test("by being cut or grown at any place are found when opened")
  func sizes() throws {
    let path = try Vectors.uniform(count: 2, dimension: 3, seed: 1).written(
      to: folder.path.appending("whole"))
    let whole = try ReadableFile(path).contents(limit: 1 << 22)
    for count in [0, 1, 8, 12, 127] {
      #expect(try code(of: Array(whole.prefix(count))) == .notASearchFile)
    }
    for count in [128, 4_159, 4_160, 500_000, whole.count - 1] {
      #expect(try code(of: Array(whole.prefix(count))) == .damaged)
    }
    #expect(try code(of: whole + [0]) == .damaged)
    #expect(try code(of: whole) == nil)
  }

  @Test("by claims of any size, with the right sum, cost nothing")
  func claims() throws {
    let path = try Vectors.uniform(count: 2, dimension: 3, seed: 1).written(
      to: folder.path.appending("whole"))
    let whole = try ReadableFile(path).contents(limit: 1 << 22)
    func claim(_ place: Int, _ value: [UInt8]) throws -> SearchFileError.Code? {
      var bytes = whole
      bytes.replaceSubrange(place..<(place + value.count), with: value)
      let end = SearchFileHeader.checkedSize
      let sum = bytes[..<end].withUnsafeBytes { CRC32C.checksum(of: $0) }
      for byte in 0..<4 { bytes[end + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte)) }
      return try code(of: bytes, resident: true)
    }
    let all = [UInt8](repeating: 0xFF, count: 8)
    // Dimension, count, generation, rows of a block.
    for value: [UInt8] in [
      [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0, 0], [4, 0, 0, 0],
    ] {
      #expect(try claim(12, value) == .damaged)
      #expect(try claim(64, value) == .damaged)
    }
    for value in [
      all, [0, 0, 0, 0, 0, 0, 0, 0x80], [3, 0, 0, 0, 0, 0, 0, 0], [0, 0, 16, 0, 0, 0, 0, 0],
    ] {
      #expect(try claim(48, value) == .damaged)
    }
    #expect(try claim(56, all) == .damaged)
    #expect(try claim(12, [3, 0, 0, 0]) == nil, "the sum is made right")
  }

  @Test("because they are something else say so")
  func foreign() throws {
    #expect(
      try code(of: Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 5_000))
        == .notASearchFile)
    #expect(try code(of: [UInt8](repeating: 0, count: 8_192)) == .notASearchFile)
    let missing = folder.path.appending("missing")
    #expect(throws: SearchFileError(code: .file(.notFound), path: missing)) {
      _ = try SearchFile(missing, resident: true)
    }
    #expect(throws: SearchFileError(code: .file(.notARegularFile(.folder)), path: folder.path)) {
      _ = try SearchFile(folder.path, resident: true)
    }
  }

  @Test("by being cut while they are open are damaged", arguments: [true, false])
  func cutWhileOpen(resident: Bool) throws {
    let vectors = Vectors.uniform(count: 50, dimension: 3, seed: 1)
    let path = try vectors.written(to: folder.path.appending("file"))
    let file = try SearchFile(path, resident: resident)
    try Self.truncate(path, to: 5_000)
    let damaged = SearchFileError(code: .damaged, path: path)
    #expect(throws: damaged) { _ = try file.nearest(to: [1, 0, 0], count: 1) }
    #expect(throws: damaged) { _ = try file.row(0) }
  }

  @Test("by claims that only a file of many exabytes could keep are refused without counting on")
  func claimsOfSparseFiles() throws {
    let path = FilePath("sparse")
    for (dimension, count, size) in [
      (65_536, 1 << 59, 1 << 60), (1, 91_000_000_000_000_000, 2_200_000_000_000_000_000),
    ] {
      let header = SearchFileHeader(
        dimension: dimension, model: Vectors.model, count: count, generation: 1)
      #expect(throws: SearchFileError(code: .damaged, path: path)) {
        try SearchFileHeader(header.bytes, fileSize: size, path: path)
      }
    }
  }

  @Test("by scales and errors that no vector has, with the right sums, do no harm")
  func hostileScales() throws {
    // So many rows that not all are compared by their fine codes.
    let (count, dimension) = (2_100, 6)
    let vectors = Vectors.uniform(count: count, dimension: dimension, seed: 32)
    let whole = try [UInt8](vectors.written(to: folder.path.appending("whole")))
    let header = SearchFileHeader(
      dimension: dimension, model: Vectors.model, count: count, generation: 7)
    let blocks = SearchFileHeader.blocksOffset
    let block = blocks..<(blocks + header.blockSize)
    func put(_ word: UInt32, at place: Int, into bytes: inout [UInt8]) {
      for byte in 0..<4 {
        bytes[place + byte] = UInt8(truncatingIfNeeded: word >> UInt32(8 * byte))
      }
    }
    let numbers: [Float] = [
      .nan, .infinity, -.infinity, .greatestFiniteMagnitude, 1e25, 0, -1, 1e-30,
      .leastNonzeroMagnitude,
    ]
    let halves = numbers.map { $0.bitPattern >> 16 }
    let words =
      numbers.map { $0.bitPattern & 0xFFFF_0000 | 0x3F00 } + halves.map { 0x3F00_0000 | $0 }
      + [0, .max]
    for (row, word) in [3, 1_500].flatMap({ row in words.map { (row, $0) } }) {
      var coarse = whole
      put(word, at: blocks + header.scalesOffset + 4 * row, into: &coarse)
      let sums = coarse[block].withUnsafeBytes { CRC32C.quarters(of: $0) }
      for (quarter, sum) in sums.enumerated() {
        put(
          header.sealed(sum, number: quarter), at: block.upperBound + 4 * quarter, into: &coarse)
      }
      var fine = whole
      let start = header.fineOffset + row * header.fineStride
      let end = start + header.fineStride - 4
      put(word, at: end - 4, into: &fine)
      put(numbers[row % numbers.count].bitPattern, at: end - 8, into: &fine)
      put(
        fine[start..<end].withUnsafeBytes { header.checksum(of: $0, number: row) }, at: end,
        into: &fine)
      for (number, bytes) in [coarse, fine].enumerated() {
        let path = try folder.overwrite(bytes, as: "hostile")
        for query in [vectors.vector(row), vectors.vector(700)] {
          let file = try SearchFile(path, resident: number == 0)
          do throws(SearchFileError) {
            let found = try file.nearest(to: query, count: 5)
            #expect(found.count == 5 && found.allSatisfy(\.similarity.isFinite))
            #expect(found.map(\.similarity) == found.map(\.similarity).sorted(by: >))
          } catch { #expect(error.code == .damaged) }
        }
      }
    }
  }
}

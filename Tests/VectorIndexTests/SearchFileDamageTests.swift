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

  @Test("give an error or the right answer, never another", arguments: [true, false])
  func mutants(resident: Bool) throws {
    // Small enough that damage meets every part: 12 rows in a block of 1 MiB, the head and the tail
    // are aimed at on purpose.
    let vectors = Vectors.uniform(count: 12, dimension: 6, seed: 30)
    let path = try vectors.written(to: folder.path.appending("whole"))
    let whole = try ReadableFile(path).contents(limit: 1 << 22)
    let header = SearchFileHeader(dimension: 6, model: Vectors.model, count: 12, generation: 7)
    #expect(whole.count == header.fileSize)
    let distribution = try SearchFile(path, resident: false).pairDistribution()
    let query = vectors.vector(4)
    let answer = vectors.nearest(to: query, count: 5)
    let places = [
      0..<SearchFileHeader.size, SearchFileHeader.size..<SearchFileHeader.blocksOffset,
      SearchFileHeader.blocksOffset..<(SearchFileHeader.blocksOffset + 100),
      SearchFileHeader.blocksOffset..<header.rowsOffset, header.rowsOffset..<header.fileSize,
    ]
    var random = SplitMix64(seed: 31)
    var refused = 0
    for round in 0..<150 {
      var bytes = whole
      let part = places[round % places.count]
      switch round / places.count % 4 {
      case 0:
        bytes[Int.random(in: part, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1:
        for _ in 0..<3 {
          bytes[Int.random(in: part, using: &random)] = .random(in: 0...255, using: &random)
        }
      case 2:
        let start = Int.random(in: part, using: &random)
        for place in start..<min(bytes.count, start + 16) { bytes[place] = 0xFF }
      default: bytes.removeLast(bytes.count - Int.random(in: part, using: &random))
      }
      let damaged = try folder.write(bytes, as: "damaged")
      do throws(SearchFileError) {
        let file = try SearchFile(damaged, resident: resident)
        #expect(file.model == Vectors.model)
        #expect(file.count == 12)
        #expect(file.generation == 7)
        #expect(try file.nearest(to: query, count: 5) == answer)
        #expect(try file.pairDistribution() == distribution)
        for row in 0..<12 { #expect(try file.row(row).vector == vectors.vector(row)) }
      } catch {
        refused += 1
        #expect(error.code != .file(.notFound))
      }
    }
    // Only what lies between the parts does not matter.
    #expect(refused > 130)
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
        #expect(try code(of: bytes) == .unknownVersion(2 ^ 0x10 << UInt32(8 * (place - 8))))
      default: #expect(try code(of: bytes) == .damaged)
      }
    }
  }

  @Test("of any byte of a row and a block's sums are found")
  func rows() throws {
    let path = try Vectors.uniform(count: 2, dimension: 3, seed: 1).written(
      to: folder.path.appending("whole"))
    let whole = try ReadableFile(path).contents(limit: 1 << 22)
    let header = SearchFileHeader(dimension: 3, model: Vectors.model, count: 2, generation: 7)
    for place in stride(from: header.rowsOffset - 16, to: whole.count, by: 3) {
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
    let header = SearchFileHeader(
      dimension: 65_536, model: Vectors.model, count: 1 << 59, generation: 1)
    let path = FilePath("sparse")
    #expect(throws: SearchFileError(code: .damaged, path: path)) {
      try SearchFileHeader(header.bytes, fileSize: 1 << 60, path: path)
    }
  }
}

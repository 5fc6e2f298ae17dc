import FileAccess
import TestSupport
import Testing
import VectorIndex

@Suite("Search files of older versions")
struct SearchFileVersionTests {
  let folder = TemporaryFolder()

  private let vectors = ExactSearch(
    dimension: 5, keys: [4, 8, 15, 16_000_000_000],
    values: [
      1, 0, 0, 0, 0, 0.6, 0.8, 0, 0, 0, 0, 0, -1, 0, 0, 0.5, 0.5, 0.5, 0.5, 0,
    ])

  @Test(
    "of older versions are told from damaged ones: they are written again",
    arguments: [1, 2, 3, 4, 5] as [UInt32])
  func olderVersions(version: UInt32) throws {
    let text = try ReadableFile(Fixture.file("search-file-\(version).txt") { [] })
      .contents(limit: 1 << 20)
    let bytes = try #require(SparseBytes.bytes(of: String(decoding: text, as: UTF8.self)))
    let path = try folder.write(bytes, as: "old")
    let error = #expect(throws: SearchFileError.self) {
      try SearchFile(path, resident: false)
    }
    #expect(error?.code == .unknownVersion(version))
  }

  @Test("of version 6 stay readable")
  func version6() throws {
    let fixture = try Fixture.file("search-file-6.txt") {
      let path = try vectors.written(to: folder.path.appending("new"), generation: 42)
      return Array(
        SparseBytes.text(of: try ReadableFile(path).contents(limit: 1 << 22)).utf8)
    }
    let text = String(decoding: try ReadableFile(fixture).contents(limit: 1 << 20), as: UTF8.self)
    let path = try folder.write(try #require(SparseBytes.bytes(of: text)), as: "old")
    for resident in [true, false] {
      let file = try SearchFile(path, resident: resident)
      #expect(file.model == Vectors.model)
      #expect(file.generation == 42)
      #expect(file.count == 4)
      #expect(file.dimension == 5)
      for row in 0..<4 {
        #expect(try file.row(row).key == vectors.keys[row])
        #expect(try file.row(row).vector == vectors.vector(row))
      }
      let query: [Float] = [0, 1, 0, 0, 0]
      #expect(try file.nearest(to: query, count: 4).map(\.key) == [8, 16_000_000_000, 4, 15])
      #expect(try file.pairDistribution() == PairDistribution(of: vectors))
      #expect(try file.moments() == SimilarityMoments(of: vectors))
    }
    // As long as version 6 is the one that is written, it is written with these bytes.
    let new = try vectors.written(to: folder.path.appending("new"), generation: 42)
    let bytes = try ReadableFile(new).contents(limit: 1 << 22)
    #expect(SparseBytes.text(of: bytes) == text)
  }
}

import Catalogue
import FileAccess
import Hashing
import MusicLibrary
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Libraries whose search file is damaged")
struct DamagedSearchFileTests {
  private static let dimension = 6
  private static let count = 24

  let folder = TemporaryFolder()
  private let catalogue: Catalogue
  private let location: LibraryLocation
  private let model: ModelRecord
  private let vectors: ExactSearch

  init() throws {
    location = LibraryLocation(catalogue: folder.path.appending("library.db"))
    let catalogue = try Catalogue(location.catalogue, access: .writing)
    let model = try catalogue.record(
      model: Self.digest("model"), name: "model", dimension: Self.dimension)
    var random = SplitMix64(seed: 60)
    var keys: [Int64] = []
    var values: [Float] = []
    try catalogue.transaction { () throws(CatalogueError) in
      for number in 0..<Self.count {
        let track = try catalogue.record(
          SoundRecord(
            identity: Self.digest("\(number)"), codec: "flac", sampleRate: 44_100, channels: 2,
            seconds: 9))
        let vector = Self.vector(using: &random)
        try catalogue.record(
          EmbeddingRecord(vector: vector, excerptStart: 0, excerptSeconds: 9), of: track,
          model: model)
        keys.append(track)
        values += vector
      }
    }
    self.catalogue = catalogue
    self.model = model
    vectors = ExactSearch(dimension: Self.dimension, keys: keys, values: values)
  }

  private static func digest(_ text: String) -> Digest {
    var hash = SHA256()
    hash.update(text)
    return hash.digest()
  }

  private static func vector(using random: inout SplitMix64) -> [Float] {
    let values = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  private func search(resident: Bool) throws -> LibrarySearch {
    try LibrarySearch(catalogue: catalogue, location: location, model: model, resident: resident)
  }

  @Test("answer rightly all the same", arguments: Damage.allCases)
  func mutants(damage: Damage) throws {
    let path = location.searchFile(model: model.identity, isMain: true)
    let distribution = try search(resident: false).pairDistribution
    let whole = try ReadableFile(path).contents(limit: 1 << 24)
    let header = SearchFileHeader(
      dimension: Self.dimension, model: model.identity, count: Self.count,
      generation: try catalogue.generation())
    try #require(whole.count == header.fileSize)
    // As the file was at another generation, with other vectors.
    try SearchFile.write(
      ExactSearch(
        dimension: Self.dimension, keys: vectors.keys, values: vectors.values.reversed()),
      model: model.identity, generation: 5, to: folder.path.appending("older"))
    let older = try ReadableFile(folder.path.appending("older")).contents(limit: 1 << 24)
    var random = SplitMix64(seed: 61)
    let query = Self.vector(using: &random)
    let answer = vectors.nearest(to: query, count: 5)
    let tracks = vectors.keys.filter { $0 % 3 == 0 }
    let among = vectors.nearest(to: query, count: 5, among: vectors.rows(of: tracks))
    let blocks = SearchFileHeader.blocksOffset
    let parts: [(part: Range<Int>, unit: Int)] = [
      (0..<SearchFileHeader.size, 4), (0..<SearchFileHeader.size, SearchFileHeader.size),
      (SearchFileHeader.size..<blocks, 4), (blocks..<header.keysOffset, 64),
      (header.keysOffset..<header.rowsOffset, 8),
      (header.rowsOffset..<header.fileSize, header.rowStride), (0..<header.fileSize, 4_096),
    ]
    for round in 0..<168 {
      var bytes = whole
      let (part, unit) = parts[round % parts.count]
      damage.apply(to: &bytes, in: part, unit: unit, other: older, using: &random)
      try folder.overwrite(bytes, as: "library.vectors")
      let search = try search(resident: round % 3 == 0)
      #expect(search.count == Self.count && search.pairDistribution == distribution)
      #expect(try search.nearest(to: query, count: 5, excluding: []) == answer)
      let filter = try search.filter(tracks: tracks)
      #expect(filter.count == tracks.count)
      #expect(try search.nearest(to: query, count: 5, excluding: [], among: filter) == among)
    }
  }
}

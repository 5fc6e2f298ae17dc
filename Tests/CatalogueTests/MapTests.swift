import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("Maps in a library")
struct MapTests {
  let library = Library()

  static let map = MapRecord(
    settings: "umap seed=0", dimensions: 2, laidOutCount: 1, tracks: [3, 1 << 33],
    vectors: [7, .max], places: [0.5, -1, 1e8, 0], basis: [1, 2])

  private func model(of catalogue: Catalogue, _ name: String = "m") throws -> ModelRecord {
    try catalogue.record(model: Library.digest(name), name: name, dimension: 2)
  }

  @Test("are kept as they are, one for each model and settings")
  func kept() throws {
    let catalogue = try library.writing()
    let (model, other) = (try model(of: catalogue), try model(of: catalogue, "other"))
    #expect(try catalogue.map(settings: "umap seed=0", model: model) == nil)
    try catalogue.record(Self.map, model: model)
    for catalogue in [catalogue, try library.reading()] {
      #expect(try catalogue.map(settings: "umap seed=0", model: model) == Self.map)
      #expect(try catalogue.map(settings: "umap seed=1", model: model) == nil)
      #expect(try catalogue.map(settings: "umap seed=0", model: other) == nil)
    }
    let later = MapRecord(
      settings: "umap seed=0", dimensions: 3, laidOutCount: 0, tracks: [], vectors: [], places: [])
    try catalogue.record(later, model: model)
    #expect(try catalogue.map(settings: "umap seed=0", model: model) == later)
  }

  @Test("change nothing of what is known of the tracks")
  func revision() throws {
    let catalogue = try library.writing()
    let model = try model(of: catalogue)
    let before = (try catalogue.revision(), try catalogue.generation())
    try catalogue.record(Self.map, model: model)
    #expect((try catalogue.revision(), try catalogue.generation()) == before)
  }

  @Test(
    "that are not what was kept are none",
    arguments: [
      "tracks = zeroblob(length(tracks))", "places = substr(places, 1, 12)", "dimensions = 3",
      "vectors = x''", "basis = x'00'", "checksum = checksum + 1",
    ])
  func damaged(change: String) throws {
    let catalogue = try library.writing()
    let model = try model(of: catalogue)
    try catalogue.record(Self.map, model: model)
    try catalogue.checkpoint()
    let raw = try RawDatabase(library.path)
    try raw.execute("UPDATE map SET \(change)")
    #expect(try library.reading().map(settings: Self.map.settings, model: model) == nil)
  }
}

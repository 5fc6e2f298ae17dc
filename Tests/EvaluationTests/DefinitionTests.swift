import FileFormats
import Foundation
import Testing

@testable import Evaluation

@Suite("Figures agree with their definition in Python")
struct DefinitionTests {
  private let definition: Definition

  init() throws { definition = try Definition() }

  private func tree(_ object: JSONObject) throws -> [String: Any] {
    try Unwrap.value(
      JSONSerialization.jsonObject(with: Data(JSONValue.object(object).bytes)) as? [String: Any],
      "an object")
  }

  private func compare(_ report: RetrievalReport, with name: String) throws {
    var ours = try tree(report.json)
    ours["queries"] = nil
    // The definition has no figures that leave albums out; FigureTests has.
    ours["artist_other_album"] = nil
    let found = differences(ours, try definition.member(name))
    #expect(found == [], "\(found)")
  }

  @Test("Values, intervals, chance and ceilings agree to 1e-6: vectors by cosine")
  func vectors() throws {
    let distances = Gallery(definition.vectors).distances(from: definition.vectors)
    try compare(RetrievalReport(definition.table.tracks, distances), with: "vectors")
  }

  @Test("The same of a distance matrix in which many candidates are equally near")
  func ties() throws {
    try compare(RetrievalReport(definition.table.tracks, definition.ties), with: "ties")
  }

  @Test("Copies found among a gallery, works that are no rivals, copies of nothing")
  func copies() throws {
    let order = try Unwrap.value(try definition.member("order") as? [Int], "order")
    let gallery = try Unwrap.value(try definition.member("gallery") as? [Int], "gallery")
    let tracks = definition.table.tracks
    let distances = [
      "vectors": DistanceMatrix(
        Gallery(definition.vectors).distances(from: definition.copies)),
      "ties": definition.ties,
    ]
    for (name, matrix) in distances {
      let figures = CopyFigures(
        definition.picked(matrix, rows: order, columns: gallery),
        copies: order, gallery: gallery, tracks: tracks)
      let theirs = try definition.member("copies", name)
      #expect(differences(try tree(figures.json), theirs) == [])
      #expect(figures.missingCount == 2)
    }
  }

  @Test("Whole numbers at random are those of NumPy's generator")
  func randomNumbers() throws {
    var random = RandomNumbers(seed: 20)
    let small = (0..<9).map { _ in random.integer(below: 227) }
    let large = (0..<5).map { _ in random.integer(below: 3_000_000_000) }
    #expect(small == (try definition.member("random", "integers below 227") as? [Int]))
    #expect(large == (try definition.member("random", "integers below 3000000000") as? [Int]))
  }
}

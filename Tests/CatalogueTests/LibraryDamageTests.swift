import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("Libraries that are damaged")
struct LibraryDamageTests {
  let library = Library()

  @Test("end as an error or give vectors that were put in")
  func mutants() throws {
    var originals: Set<[Float]> = []
    do {
      let catalogue = try library.writing()
      let model = try catalogue.record(model: Library.digest("m"), name: "m", dimension: 16)
      var random = SplitMix64(seed: 40)
      try catalogue.transaction { () throws(CatalogueError) in
        for number in 0..<120 {
          let track = try catalogue.add("/music/\(number)", TagRecord(title: "Title \(number)"))
          let vector = (0..<16).map { _ in Float.random(in: -1...1, using: &random) }
          originals.insert(vector)
          try catalogue.record(
            EmbeddingRecord(vector: vector, excerptStart: 0, excerptSeconds: 1), of: track,
            model: model)
        }
      }
      try catalogue.checkpoint()
    }
    let whole = try ReadableFile(library.path).contents(limit: 1 << 24)
    var random = SplitMix64(seed: 41)
    var noticed = 0
    for round in 0..<120 {
      var bytes = whole
      switch round % 3 {
      case 0:
        for _ in 0..<20 {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
            1 << UInt8.random(in: 0..<8, using: &random)
        }
      case 1:
        // A page that another took the place of.
        let pages = bytes.count / 4_096
        let from = Int.random(in: 0..<pages, using: &random)
        let to = Int.random(in: 1..<pages, using: &random)
        bytes.replaceSubrange(
          (4_096 * to)..<(4_096 * (to + 1)), with: whole[(4_096 * from)..<(4_096 * (from + 1))])
      default: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
      }
      let path = try library.folder.write(bytes, as: "damaged-\(round).db")
      do throws(CatalogueError) {
        let catalogue = try Catalogue(path, access: .reading)
        _ = try catalogue.counts()
        _ = try catalogue.files()
        _ = try catalogue.failures()
        _ = try catalogue.tracks(matching: "title 7", limit: 20)
        for model in try catalogue.models() {
          try catalogue.forEachVector(model: model) { _, vector in
            #expect(originals.contains(vector))
          }
        }
        if try !catalogue.isSound() { noticed += 1 }
      } catch {
        noticed += 1
      }
    }
    #expect(noticed > 60)
  }
}

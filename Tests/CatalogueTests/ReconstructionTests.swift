import Catalogue
import TestSupport
import Testing

@Suite("How well tracks are drawn again, in a library")
struct ReconstructionTests {
  let library = Library()

  private func embedding(_ first: Float) -> EmbeddingRecord {
    EmbeddingRecord(vector: [first, 0.8], excerptStart: 0, excerptSeconds: 30)
  }

  @Test("is kept for each model, changes nothing else, and goes with the vector")
  func kept() throws {
    let catalogue = try library.writing()
    let models = try ["one", "other"].map {
      try catalogue.record(model: Library.digest($0), name: $0, dimension: 2)
    }
    var tracks: [Int64] = []
    try catalogue.transaction { () throws(CatalogueError) in
      for name in ["a", "b"] {
        let track = try catalogue.add("/\(name).flac", sound: name, TagRecord())
        for model in models { try catalogue.record(embedding(0.6), of: track, model: model) }
        tracks.append(track)
      }
    }
    #expect(try catalogue.reconstructionErrors(model: models[0]).isEmpty)
    let before = (try catalogue.revision(), try catalogue.generation())
    try catalogue.record(
      reconstructionErrors: [(tracks[0], 0), (tracks[1], 0.5)], model: models[0])
    try catalogue.record(reconstructionErrors: [(tracks[1], 0.25), (99, 1)], model: models[1])
    #expect((try catalogue.revision(), try catalogue.generation()) == before)
    for catalogue in [catalogue, try library.reading()] {
      #expect(
        try catalogue.reconstructionErrors(model: models[0]) == [tracks[0]: 0, tracks[1]: 0.5])
      #expect(try catalogue.reconstructionErrors(model: models[1]) == [tracks[1]: 0.25])
      #expect(try catalogue.vector(of: tracks[1], model: models[0]) == [0.6, 0.8])
    }
    try catalogue.record(embedding(-0.6), of: tracks[1], model: models[0])
    #expect(try catalogue.reconstructionErrors(model: models[0]) == [tracks[0]: 0])
  }

  @Test("is not known where a fault left what is none")
  func damaged() throws {
    let catalogue = try library.writing()
    let model = try catalogue.record(model: Library.digest("m"), name: "m", dimension: 2)
    try catalogue.transaction { () throws(CatalogueError) in
      let track = try catalogue.add("/a.flac", sound: "a", TagRecord())
      try catalogue.record(embedding(0.6), of: track, model: model)
    }
    try catalogue.checkpoint()
    let raw = try RawDatabase(library.path)
    for value in ["-1.0", "9e999", "1e300"] {
      try raw.execute("UPDATE embedding SET reconstruction_error = \(value)")
      #expect(try library.reading().reconstructionErrors(model: model).isEmpty, "\(value)")
    }
  }
}

import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("Vectors in a library")
struct VectorTests {
  let library = Library()

  private func embedding(_ values: [Float]) -> EmbeddingRecord {
    EmbeddingRecord(vector: values, excerptStart: 1.5, excerptSeconds: 30)
  }

  private func model(_ name: String, in catalogue: Catalogue, dimension: Int = 3)
    throws(CatalogueError) -> ModelRecord
  {
    try catalogue.record(model: Library.digest(name), name: name, dimension: dimension)
  }

  @Test("come back bit for bit, by track and model")
  func roundTrip() throws {
    let catalogue = try library.writing()
    let one = try model("one", in: catalogue)
    let two = try model("two", in: catalogue, dimension: 1)
    let tracks = try (0..<5).map { try catalogue.add("/\($0)") }
    let vectors: [[Float]] = [
      [1, -1, 0], [-0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude], [0.1, 0.2, 0.3],
      [Float(bitPattern: 0x0020_0001), Float(bitPattern: 0x8020_0001), 1], [0, 0, 0],
    ]
    for (track, vector) in zip(tracks, vectors) {
      try catalogue.record(embedding(vector), of: track, model: one)
    }
    try catalogue.record(embedding([7]), of: tracks[2], model: two)
    let reader = try library.reading()
    #expect(try reader.models() == [one, two])
    for (track, vector) in zip(tracks, vectors) {
      let found = try #require(try reader.vector(of: track, model: one))
      #expect(found.map(\.bitPattern) == vector.map(\.bitPattern))
    }
    #expect(try reader.vector(of: tracks[2], model: two) == [7])
    #expect(try reader.vector(of: tracks[0], model: two) == nil)
    var seen: [Int64] = []
    try reader.forEachVector(model: one) { track, vector in
      #expect(vector == vectors[seen.count])
      seen.append(track)
    }
    #expect(seen == tracks.sorted())
    #expect(try reader.vectorCount(model: one) == 5)
    #expect(try reader.vectorCount(model: two) == 1)
    #expect(try reader.embeddedTracks(model: two) == [Library.digest("/2"): tracks[2]])
  }

  @Test("keep the lengths of their halves, also those that come later")
  func lengths() throws {
    let catalogue = try library.writing()
    let model = try model("one", in: catalogue, dimension: 2)
    let tracks = try (0..<2).map { try catalogue.add("/\($0)") }
    let measured = EmbeddingRecord(
      vector: [0.6, 0.8], lengths: [0.1, 17], excerptStart: 1.5, excerptSeconds: 30)
    let plain = EmbeddingRecord(vector: [0.8, 0.6], excerptStart: 1.5, excerptSeconds: 30)
    try catalogue.record(measured, of: tracks[0], model: model)
    try catalogue.record(plain, of: tracks[1], model: model)
    let section = SectionRecord(start: 0, seconds: 9, vector: [1, 0])
    try catalogue.record([section], of: tracks[1], model: model)
    #expect(try catalogue.embedding(of: tracks[0], model: model) == measured)
    #expect(try catalogue.embedding(of: tracks[1], model: model) == plain)
    let generation = try catalogue.generation()
    try catalogue.record(lengths: [3], of: tracks[1], model: model)
    #expect(try catalogue.embedding(of: tracks[1], model: model)?.lengths == [3])
    #expect(try catalogue.vector(of: tracks[1], model: model) == plain.vector)
    #expect(try catalogue.sections(of: tracks[1], model: model) == [section])
    #expect(try catalogue.generation() == generation, "the vectors are the same")
    var seen: [[Float]] = []
    try library.reading().forEachMeasuredVector(model: model) { _, _, lengths in
      seen.append(lengths)
    }
    #expect(seen == [[0.1, 17], [3]])
    #expect(try catalogue.hasAllVectors(model: model))
  }

  @Test(
    "with other lengths than were put in are damaged",
    arguments: ["zeroblob(8)", "NULL", "x'0000803F'", "x'0000803F000000'"])
  func damagedLengths(change: String) throws {
    let catalogue = try library.writing()
    let model = try model("one", in: catalogue, dimension: 2)
    let track = try catalogue.add("/a")
    try catalogue.record(
      EmbeddingRecord(vector: [0.6, 0.8], lengths: [1, 2], excerptStart: 0, excerptSeconds: 3),
      of: track, model: model)
    try RawDatabase(library.path).execute("UPDATE embedding SET lengths = \(change)")
    #expect(throws: CatalogueError.self) { try library.reading().vector(of: track, model: model) }
    var faults: [VectorFault?] = []
    try library.reading().checkVectors(model: model) { _, _, fault in faults.append(fault) }
    #expect(faults == [.checksum])
  }

  @Test("of a model that is known go to its first record")
  func sameModel() throws {
    let catalogue = try library.writing()
    let first = try model("one", in: catalogue)
    #expect(try catalogue.record(model: first.identity, name: "renamed", dimension: 9) == first)
    #expect(try catalogue.models().count == 1)
  }

  @Test("take the place of older ones")
  func replaced() throws {
    let catalogue = try library.writing()
    let one = try model("one", in: catalogue)
    let track = try catalogue.add("/a")
    try catalogue.record(embedding([1, 2, 3]), of: track, model: one)
    try catalogue.record(embedding([4, 5, 6]), of: track, model: one)
    #expect(try catalogue.vector(of: track, model: one) == [4, 5, 6])
    #expect(try catalogue.vectorCount(model: one) == 1)
  }

  @Test("need a track")
  func noTrack() throws {
    let catalogue = try library.writing()
    let one = try model("one", in: catalogue)
    #expect(
      Catalogue.code { () throws(CatalogueError) in
        try catalogue.record(embedding([1, 2, 3]), of: 99, model: one)
      } == .refused)
    #expect(try catalogue.generation() == 0)
    #expect(try catalogue.vectorCount(model: one) == 0)
  }

  @Test("that were changed behind its back are refused, the others are not")
  func damage() throws {
    let catalogue = try library.writing()
    let one = try model("one", in: catalogue)
    let tracks = try (0..<3).map { try catalogue.add("/\($0)") }
    for track in tracks {
      try catalogue.record(embedding([0.5, 0.25, Float(track)]), of: track, model: one)
    }
    let raw = try RawDatabase(library.path)
    let changes = [
      "UPDATE embedding SET vector = x'0000003F0000803E00000040' WHERE track = ",
      "UPDATE embedding SET checksum = checksum + 1 WHERE track = ",
      "UPDATE embedding SET vector = x'' WHERE track = ",
      "UPDATE embedding SET vector = zeroblob(16) WHERE track = ",
      "UPDATE embedding SET vector = zeroblob(100000) WHERE track = ",
    ]
    for change in changes {
      try catalogue.record(embedding([0.5, 0.25, 7]), of: tracks[1], model: one)
      #expect(try catalogue.vector(of: tracks[1], model: one) == [0.5, 0.25, 7])
      try raw.execute(change + "\(tracks[1])")
      #expect(throws: CatalogueError.self) { _ = try catalogue.vector(of: tracks[1], model: one) }
      var passed: [Int64] = []
      let code = Catalogue.code { () throws(CatalogueError) in
        try catalogue.forEachVector(model: one) { track, _ in passed.append(track) }
      }
      #expect(code == .damaged)
      #expect(passed == [tracks[0], tracks[2]])
      #expect(try catalogue.vector(of: tracks[0], model: one) != nil)
      #expect(try catalogue.vector(of: tracks[2], model: one) != nil)
    }
  }

  @Test("of the wrong length or not finite are a mistake of the program")
  func mistakes() async {
    for vector: [Float] in [[1, 2], [1, 2, .nan], [1, 2, .infinity]] {
      // As bits: a value that is not finite does not reach the other process.
      let bits = vector.map(\.bitPattern)
      await #expect(processExitsWith: .failure) { [bits = bits as [UInt32]] in
        let catalogue = try Library().writing()
        let one = try catalogue.record(model: Library.digest("one"), name: "one", dimension: 3)
        let track = try catalogue.add("/a")
        try catalogue.record(
          EmbeddingRecord(
            vector: bits.map { Float(bitPattern: $0) }, excerptStart: 0, excerptSeconds: 1),
          of: track, model: one)
      }
    }
  }

  @Test("move the generation on, once in a transaction, and nothing else does")
  func generation() throws {
    let catalogue = try library.writing()
    let one = try model("one", in: catalogue)
    let track = try catalogue.add("/a", TagRecord(title: "T"))
    try catalogue.record(Library.stamp("/b"), failure: "x", reason: "y")
    try catalogue.mark(files: [1], missingSince: 5)
    try catalogue.set("x", to: "y")
    try catalogue.record(DescriptorRecord(version: 1), of: track)
    try catalogue.transaction { () throws(CatalogueError) in try catalogue.add("/c") }
    #expect(try catalogue.generation() == 0)
    try catalogue.transaction { () throws(CatalogueError) in
      for name in ["/d", "/e"] {
        try catalogue.record(embedding([1, 2, 3]), of: try catalogue.add(name), model: one)
      }
    }
    let first = try catalogue.generation()
    #expect(first > 0)
    // On its own it is a transaction too.
    try catalogue.record(embedding([3, 2, 1]), of: track, model: one)
    let second = try catalogue.generation()
    #expect(second > 0 && second != first)
    try catalogue.transaction { () throws(CatalogueError) in try catalogue.add("/f") }
    #expect(try catalogue.generation() == second)
    #expect(try library.reading().generation() == second)
    try catalogue.removeVectors()
    #expect(try catalogue.vector(of: track, model: one) == nil)
    #expect(try catalogue.generation() != second)
  }

  @Test("have generations that no other library has, made the same way")
  func foreignGenerations() throws {
    var generations: Set<Int> = []
    for _ in 0..<3 {
      let other = Library()
      let catalogue = try other.writing()
      let one = try model("one", in: catalogue)
      try catalogue.record(embedding([1, 2, 3]), of: try catalogue.add("/a"), model: one)
      generations.insert(try catalogue.generation())
    }
    #expect(generations.count == 3)
  }
}

import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("Rows of a library that belong together")
struct BoundRowsTests {
  let library = Library()

  /// Two models, four tracks, the first of which has two files.
  private func make() throws -> (Catalogue, [ModelRecord], [Int64]) {
    let catalogue = try library.writing()
    let models = try ["one", "two"].map {
      try catalogue.record(model: Library.digest($0), name: $0, dimension: 2)
    }
    var tracks: [Int64] = []
    try catalogue.transaction { () throws(CatalogueError) in
      for number in 0..<4 {
        let track = try catalogue.add("/\(number)", sound: "sound \(number)")
        tracks.append(track)
        for (place, model) in models.enumerated() {
          try catalogue.record(
            EmbeddingRecord(
              vector: [Float(number), Float(place)], excerptStart: 0, excerptSeconds: 1),
            of: track, model: model)
        }
      }
      try catalogue.record(
        Library.stamp("/again"), holding: tracks[0], tags: TagRecord(title: "Again"))
    }
    return (catalogue, models, tracks)
  }

  private func vectorCode(
    _ catalogue: Catalogue, _ model: ModelRecord, _ track: Int64? = nil
  ) -> CatalogueError.Code? {
    Catalogue.code { () throws(CatalogueError) in
      if let track {
        _ = try catalogue.vector(of: track, model: model)
      } else {
        try catalogue.forEachVector(model: model) { _, _ in }
      }
    }
  }

  private func trackCode(_ catalogue: Catalogue, _ track: Int64) -> CatalogueError.Code? {
    Catalogue.code { () throws(CatalogueError) in _ = try catalogue.track(track) }
  }

  @Test("are found to, after all that a program does with them")
  func untouched() throws {
    let (catalogue, models, tracks) = try make()
    try catalogue.record(
      EmbeddingRecord(vector: [9, 9], excerptStart: 0, excerptSeconds: 1), of: tracks[1],
      model: models[0])
    let files = try catalogue.files()
    try catalogue.mark(files: files.values.map(\.number), missingSince: 4)
    try catalogue.mark(files: [try #require(files[FilePath("/2")]).number], missingSince: nil)
    // The sound of one file becomes another one's, and one is no longer readable.
    try catalogue.record(Library.stamp("/again"), holding: tracks[3], tags: TagRecord())
    try catalogue.record(Library.stamp("/1"), failure: "damaged", reason: "cut")
    for model in models {
      var seen: [Int64] = []
      try catalogue.forEachVector(model: model) { track, _ in seen.append(track) }
      #expect(seen == tracks)
    }
    #expect(try catalogue.track(tracks[0])?.path == FilePath("/0"))
    #expect(try catalogue.track(tracks[0])?.isMissing == true)
    #expect(try catalogue.track(tracks[1]) == nil)
    #expect(try catalogue.track(tracks[2])?.isMissing == false)
    #expect(try catalogue.track(tracks[3])?.path == FilePath("/again"))
    #expect(try catalogue.file(at: FilePath("/again"))?.track == tracks[3])
    try catalogue.removeVectors()
    for model in models { #expect(vectorCode(catalogue, model) == nil) }
  }

  @Test(
    "are damage when a vector lies under another sound or model",
    arguments: [
      "UPDATE embedding SET track = 100 WHERE track = 2",
      // Two change places.
      """
      UPDATE embedding SET track = 99 WHERE track = 3 AND model = 1;
      UPDATE embedding SET track = 3 WHERE track = 4 AND model = 1;
      UPDATE embedding SET track = 4 WHERE track = 99
      """,
      """
      UPDATE embedding SET model = 9 WHERE model = 1 AND track = 2;
      UPDATE embedding SET model = 1 WHERE model = 2 AND track = 2;
      UPDATE embedding SET model = 2 WHERE model = 9
      """,
      "UPDATE track SET identity = zeroblob(32) WHERE number = 2",
      """
      UPDATE embedding SET vector = (SELECT vector FROM embedding WHERE track = 3 AND model = 1),
        checksum = (SELECT checksum FROM embedding WHERE track = 3 AND model = 1)
      WHERE track = 2 AND model = 1
      """,
      "UPDATE track SET number = 50 WHERE number = 2",
    ])
  func movedVectors(change: String) throws {
    let (catalogue, models, tracks) = try make()
    try RawDatabase(library.path).execute("PRAGMA foreign_keys = OFF;" + change)
    #expect(tracks == [1, 2, 3, 4])
    #expect(vectorCode(catalogue, models[0]) == .damaged)
    let moved = try tracks.filter { track in
      let code = vectorCode(catalogue, models[0], track)
      // What is gone is not damage to who asks for it alone, but it is no vector either.
      if code == nil { return try catalogue.vector(of: track, model: models[0]) == nil }
      return code == .damaged
    }
    #expect(!moved.isEmpty)
    for track in tracks where !moved.contains(track) {
      #expect(
        try catalogue.vector(of: track, model: models[0]) == [Float(track - 1), 0])
    }
  }

  @Test("are damage when vectors are gone, or the ones of an older state")
  func lostVectors() throws {
    let (catalogue, models, tracks) = try make()
    let raw = try RawDatabase(library.path)
    try raw.execute("CREATE TABLE older AS SELECT * FROM embedding WHERE track = 4 AND model = 2")
    try catalogue.record(
      EmbeddingRecord(vector: [5, 5], excerptStart: 0, excerptSeconds: 1), of: tracks[3],
      model: models[1])
    for model in models { #expect(vectorCode(catalogue, model) == nil) }
    // As if pages had been lost, or written back: nothing counts.
    try raw.execute("DROP TRIGGER embedding_removed; DROP TRIGGER embedding_changed")
    try raw.execute("DELETE FROM embedding WHERE track = 3 AND model = 1")
    #expect(vectorCode(catalogue, models[0]) == .damaged)
    #expect(vectorCode(catalogue, models[1]) == nil)
    try raw.execute(
      """
      UPDATE embedding SET (vector, checksum) = (SELECT vector, checksum FROM older)
      WHERE track = 4 AND model = 2
      """)
    #expect(vectorCode(catalogue, models[1]) == .damaged)
    #expect(try catalogue.vector(of: tracks[3], model: models[1]) == [3, 1], "right by itself")
  }

  @Test(
    "are damage when a file holds another sound, or has another path",
    arguments: [
      "UPDATE file SET track = 2 WHERE path = CAST('/0' AS BLOB)",
      "UPDATE file SET path = CAST('/x' AS BLOB) WHERE path = CAST('/0' AS BLOB)",
      "UPDATE file SET missing_since = 5 WHERE path = CAST('/0' AS BLOB)",
      "UPDATE file SET checksum = checksum + 1 WHERE path = CAST('/0' AS BLOB)",
      "UPDATE track SET identity = zeroblob(32) WHERE number = 1",
    ])
  func movedFiles(change: String) throws {
    let (catalogue, _, tracks) = try make()
    try RawDatabase(library.path).execute(change)
    #expect(
      trackCode(catalogue, tracks[0]) == .damaged || trackCode(catalogue, tracks[1]) == .damaged)
    #expect(
      Catalogue.code { () throws(CatalogueError) in
        _ = try catalogue.file(at: FilePath("/0"))
        _ = try catalogue.file(at: FilePath("/x"))
      } == .damaged)
    #expect(trackCode(catalogue, tracks[2]) == nil)
  }

  @Test("are damage when a file or a track is gone")
  func lostFiles() throws {
    let (catalogue, _, tracks) = try make()
    let raw = try RawDatabase(library.path)
    try raw.execute("DROP TRIGGER file_removed; DELETE FROM file WHERE track IN (1, 3)")
    #expect(trackCode(catalogue, tracks[0]) == .damaged)
    #expect(trackCode(catalogue, tracks[1]) == nil)
    #expect(trackCode(catalogue, tracks[2]) == .damaged)
    try raw.execute("DELETE FROM track WHERE number = 4")
    let generation = try catalogue.generation()
    #expect(
      Catalogue.code { () throws(CatalogueError) in
        _ = try catalogue.track(tracks[3], inGeneration: generation)
      } == .damaged)
    // Of another generation it may have been taken away since.
    #expect(try catalogue.track(tracks[3], inGeneration: generation - 1) == nil)
    #expect(try catalogue.track(tracks[1], inGeneration: generation)?.path == FilePath("/1"))
  }

  @Test("of an older library are bound as they are, damage included")
  func migration() throws {
    let fixture = try Fixture.file("library-1.db") { [] }
    let copy = try library.folder.write(
      try ReadableFile(fixture).contents(limit: 1 << 20), as: "library.db")
    try RawDatabase(copy).execute("UPDATE embedding SET vector = x'0000003F0000003F'")
    for access in [Catalogue.Access.reading, .writing, .reading] {
      let catalogue = try Catalogue(copy, access: access)
      let model = try #require(try catalogue.models().first)
      let track = try #require(try catalogue.track(identity: Library.digest("sound")))
      #expect(vectorCode(catalogue, model, track) == .damaged)
      #expect(vectorCode(catalogue, model) == .damaged)
      #expect(try catalogue.track(track)?.path == FilePath("/music/früher.flac"))
    }
  }
}

import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("Sections of tracks in the library")
struct SectionTests {
  let library = Library()

  private static let sections = [
    SectionRecord(start: 0, seconds: 120, vector: [1, 0]),
    SectionRecord(start: 120, seconds: 120, vector: [0.6, 0.8]),
    SectionRecord(start: 240, seconds: 137, vector: [0, -1]),
  ]

  /// Two models and three long tracks; the first two have sections under both.
  private func make() throws -> (Catalogue, [ModelRecord], [Int64]) {
    let catalogue = try library.writing()
    let models = try ["one", "two"].map {
      try catalogue.record(model: Library.digest($0), name: $0, dimension: 2)
    }
    var tracks: [Int64] = []
    try catalogue.transaction { () throws(CatalogueError) in
      for number in 0..<3 {
        let track = try catalogue.record(Library.sound("sound \(number)", seconds: 700))
        try catalogue.record(Library.stamp("/\(number)"), holding: track, tags: TagRecord())
        tracks.append(track)
        for model in models {
          try catalogue.record(vector([0, 1]), of: track, model: model)
          if number < 2 { try catalogue.record(Self.sections, of: track, model: model) }
        }
      }
    }
    return (catalogue, models, tracks)
  }

  private func vector(_ values: [Float]) -> EmbeddingRecord {
    EmbeddingRecord(vector: values, excerptStart: 335, excerptSeconds: 30)
  }

  private func starts(_ catalogue: Catalogue, _ model: ModelRecord) throws -> [[Int64]] {
    var found: [[Int64]] = []
    try catalogue.forEachSection(model: model) { found.append([$0, Int64($1.start)]) }
    return found
  }

  @Test("come back as they were put in, in order")
  func roundTrip() throws {
    let (writer, models, tracks) = try make()
    for catalogue in [writer, try library.reading()] {
      for model in models {
        #expect(try catalogue.sections(of: tracks[0], model: model) == Self.sections)
        #expect(try catalogue.sections(of: tracks[2], model: model) == nil)
        #expect(
          try catalogue.section(of: tracks[1], at: 120, model: model) == Self.sections[1])
        #expect(try catalogue.section(of: tracks[1], at: 121, model: model) == nil)
        #expect(try catalogue.section(of: tracks[2], at: 120, model: model) == nil)
        #expect(
          try starts(catalogue, model)
            == tracks[..<2].flatMap { track in [0, 120, 240].map { [track, $0] } })
        #expect(try catalogue.sectionCount(model: model) == 6)
        #expect(try catalogue.hasAllSections(model: model))
        #expect(
          try catalogue.tracksWithoutSections(longerThan: 600, model: model) == [tracks[2]])
        #expect(try catalogue.tracksWithoutSections(longerThan: 700, model: model) == [])
      }
    }
  }

  @Test("move the generation on, and take the place of those that were there")
  func replaced() throws {
    let (catalogue, models, tracks) = try make()
    let before = try catalogue.generation()
    try catalogue.record([Self.sections[2]], of: tracks[0], model: models[0])
    #expect(try catalogue.generation() != before)
    #expect(try catalogue.sections(of: tracks[0], model: models[0]) == [Self.sections[2]])
    #expect(try catalogue.sections(of: tracks[0], model: models[1]) == Self.sections)
    // None is an answer, too.
    try catalogue.record([], of: tracks[2], model: models[0])
    #expect(try catalogue.sections(of: tracks[2], model: models[0]) == [])
    #expect(try catalogue.tracksWithoutSections(longerThan: 600, model: models[0]) == [])
    for model in models { #expect(try catalogue.hasAllSections(model: model)) }
  }

  @Test("go with the vector or the track that they belong to")
  func removed() throws {
    let (catalogue, models, tracks) = try make()
    // Another vector of the track: what belonged to the old one is gone.
    try catalogue.record(vector([1, 0]), of: tracks[0], model: models[0])
    #expect(try catalogue.sections(of: tracks[0], model: models[0]) == nil)
    try catalogue.removeVectors(of: [tracks[1]], model: models[1])
    #expect(try starts(catalogue, models[1]).allSatisfy { $0[0] == tracks[0] })
    try catalogue.removeSections(of: [tracks[0]], model: models[1])
    #expect(try catalogue.sections(of: tracks[0], model: models[1]) == nil)
    try catalogue.remove(files: [], tracks: [tracks[1]])
    for model in models {
      #expect(try catalogue.sectionCount(model: model) == 0)
      #expect(try catalogue.hasAllSections(model: model))
    }
    #expect(try catalogue.brokenReferences().isEmpty)
    try catalogue.record(Self.sections, of: tracks[0], model: models[0])
    try catalogue.removeVectors()
    #expect(try catalogue.sectionCount(model: models[0]) == 0)
    #expect(try catalogue.hasAllSections(model: models[0]))
  }

  @Test(
    "are damage when they lie elsewhere, are changed or gone, and are mended by taking them out",
    arguments: [
      "UPDATE section SET track = 2 WHERE track = 1 AND start = 120",
      "UPDATE section SET start = 360 WHERE track = 1 AND start = 240 AND model = 1",
      "UPDATE section SET seconds = 60 WHERE track = 1 AND start = 240 AND model = 1",
      "UPDATE section SET vector = x'0000803F00000000' WHERE track = 1 AND start = 240",
      "UPDATE track SET identity = zeroblob(32) WHERE number = 1",
      "DROP TRIGGER section_removed; DELETE FROM section WHERE track = 1 AND start = 0",
      "UPDATE embedding SET sections = NULL WHERE track = 1",
      "UPDATE model SET sections = 7",
    ])
  func damage(change: String) throws {
    let (catalogue, models, tracks) = try make()
    let raw = try RawDatabase(library.path)
    // Two rows may not have one key, so that of the other track makes room.
    try raw.execute(
      "PRAGMA foreign_keys = OFF; DELETE FROM section WHERE track = 2 AND start = 120;"
        + "UPDATE embedding SET sections = 2 WHERE track = 2;" + change)
    let isMiscounted = try !catalogue.hasAllSections(model: models[0])
    var faulty: Set<Int64> = []
    try catalogue.checkSections(model: models[0]) { track, _, vector in
      if vector == nil { faulty.insert(track) }
    }
    #expect(isMiscounted || !faulty.isEmpty)
    let isRead = Catalogue.code { () throws(CatalogueError) in
      try catalogue.forEachSection(model: models[0]) { _, _ in }
    }
    // How many a track has is no business of who reads them all.
    #expect(isRead == .damaged || change.hasPrefix("UPDATE embedding"))
    try catalogue.removeSections(of: faulty, model: models[0])
    try catalogue.rebind(files: [])
    #expect(try catalogue.hasAllSections(model: models[0]))
    #expect(
      Catalogue.code { () throws(CatalogueError) in
        try catalogue.forEachSection(model: models[0]) { _, _ in }
      } == nil)
    #expect(
      try catalogue.tracksWithoutSections(longerThan: 600, model: models[0]).contains(tracks[0])
        || change.hasPrefix("UPDATE model"))
  }

  @Test("without their vector are broken references, and are taken out")
  func strays() throws {
    let (catalogue, models, tracks) = try make()
    try RawDatabase(library.path).execute(
      "PRAGMA foreign_keys = OFF; DELETE FROM embedding WHERE track = 1")
    let broken = try catalogue.brokenReferences()
    #expect(broken.map(\.table) == ["section"])
    #expect(broken.map(\.target) == ["embedding"])
    #expect(broken.map(\.count) == [6])
    try catalogue.removeBrokenReferences()
    #expect(try catalogue.brokenReferences().isEmpty)
    #expect(try starts(catalogue, models[0]).allSatisfy { $0[0] == tracks[1] })
    #expect(try catalogue.hasAllSections(model: models[0]))
  }

  @Test("are none in an older library, which can still be read", arguments: [1, 3, 4])
  func older(version: Int) throws {
    let fixture = try Fixture.file("library-\(version).db") { [] }
    let copy = try library.folder.write(
      try ReadableFile(fixture).contents(limit: 1 << 20), as: "copy.db")
    for access in [Catalogue.Access.reading, .writing, .reading] {
      let catalogue = try Catalogue(copy, access: access)
      let model = try #require(try catalogue.models().first)
      let track = try #require(try catalogue.track(identity: Library.digest("sound")))
      #expect(try catalogue.sections(of: track, model: model) == nil)
      #expect(try catalogue.section(of: track, at: 0, model: model) == nil)
      #expect(try starts(catalogue, model) == [])
      #expect(try catalogue.sectionCount(model: model) == 0)
      #expect(try catalogue.hasAllSections(model: model))
      #expect(try catalogue.tracksWithoutSections(longerThan: 5, model: model) == [track])
    }
    let catalogue = try Catalogue(copy, access: .writing)
    let model = try #require(try catalogue.models().first)
    let track = try #require(try catalogue.track(identity: Library.digest("sound")))
    try catalogue.record(Self.sections, of: track, model: model)
    #expect(try catalogue.sections(of: track, model: model) == Self.sections)
  }

  @Test("of one track are unit vectors, not too many, one behind the other")
  func rules() {
    func section(_ start: Int, _ seconds: Int = 10, _ vector: [Float] = [0, 1]) -> SectionRecord {
      SectionRecord(start: start, seconds: seconds, vector: vector)
    }
    #expect([SectionRecord]().areSections(dimension: 2))
    #expect([section(0), section(10), section(40)].areSections(dimension: 2))
    #expect(![section(10), section(0)].areSections(dimension: 2))
    #expect(![section(0), section(9)].areSections(dimension: 2))
    #expect(![section(-1)].areSections(dimension: 2))
    #expect(![section(0, 0)].areSections(dimension: 2))
    #expect(![section(SectionRecord.latestStart + 1)].areSections(dimension: 2))
    #expect(![section(0, Int.max), section(1)].areSections(dimension: 2))
    #expect(![section(0, 10, [1])].areSections(dimension: 2))
    #expect(![section(0, 10, [1, 1])].areSections(dimension: 2))
    #expect(![section(0, 10, [.nan, 1])].areSections(dimension: 2))
    let many = (0...200).map { section($0 * 10, 10, [1] + [Float](repeating: 0, count: 999)) }
    #expect(many.dropLast().map { $0 }.areSections(dimension: 1_000))
    #expect(!many.areSections(dimension: 1_000))
  }
}

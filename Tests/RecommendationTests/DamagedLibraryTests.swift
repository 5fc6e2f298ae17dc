import Catalogue
import FileAccess
import Hashing
import Recommendation
import TestSupport
import Testing

@Suite("Answers from libraries that are damaged")
struct DamagedLibraryTests {
  let folder = TemporaryFolder()

  /// What a neighbour is, but for its tags: SQLite cannot notice a changed letter in a title.
  private struct Line: Equatable {
    let path: FilePath
    let identity: Digest
    let similarity: Float

    init(_ recommendation: Recommendation) {
      path = recommendation.track.path
      identity = recommendation.track.sound.identity
      similarity = recommendation.similarity
    }
  }

  /// A library whose catalogue is no longer one.
  private struct NoModel: Error {}

  @Test("are right, or an error", arguments: Damage.allCases)
  func mutants(damage: Damage) throws {
    let original = MadeLibrary(seed: 70)
    let path = folder.path.appending("library.db")
    let catalogue = try Catalogue(path, access: .writing)
    for stage in 0..<MadeLibrary.stageCount { try original.add(stage: stage, to: catalogue) }
    try catalogue.checkpoint()
    let right = try answers(of: original, in: catalogue)
    let search = try ReadableFile(folder.path.appending("library.vectors")).contents(
      limit: 1 << 24)
    let whole = try ReadableFile(path).contents(limit: 1 << 24)
    let other = try Self.bytes(of: MadeLibrary(seed: 71))
    let pages = 0..<(whole.count - whole.count % 4_096)
    var random = SplitMix64(seed: 72)
    var refused = 0
    let rounds = 42
    for round in 0..<rounds {
      var bytes = whole
      // Pages that changed places, and spans within one.
      damage.apply(
        to: &bytes, in: pages, unit: round % 3 == 0 ? 32 : 4_096, other: other, using: &random)
      let name = "damaged-\(damage)-\(round)"
      try folder.overwrite(bytes, as: "\(name).db")
      if round % 2 == 0 { try folder.overwrite(search, as: "\(name).vectors") }
      let access: Catalogue.Access = round % 4 < 2 ? .reading : .writing
      do {
        let damaged = try Catalogue(folder.path.appending("\(name).db"), access: access)
        if access == .writing { try original.addOneFarAway(to: damaged) }
        try lookAtEverything(in: damaged, of: original)
        #expect(try answers(of: original, in: damaged) == right, "\(damage), round \(round)")
        if try !damaged.isSound() { refused += 1 }
      } catch {
        #expect(Self.isExpected(error), "\(error)")
        refused += 1
      }
      if bytes == whole { refused += 1 }
    }
    #expect(refused > rounds / 4, "\(refused) of \(rounds)")
  }

  @Test(
    "whose log is damaged are those of one of its states, or an error", arguments: Damage.allCases)
  func logs(damage: Damage) throws {
    // The library file with the first part, and a log with a transaction for each of the others.
    let original = MadeLibrary(seed: 73)
    let path = folder.path.appending("library.db")
    let catalogue = try Catalogue(path, access: .writing)
    var right: [[[Line]]] = []
    for stage in 0..<MadeLibrary.stageCount {
      try original.add(stage: stage, to: catalogue)
      if stage == 0 { try catalogue.checkpoint() }
      right.append(try answers(of: original, in: catalogue))
    }
    let whole = try ReadableFile(path).contents(limit: 1 << 24)
    let log = try ReadableFile(FilePath(path.string + "-wal")).contents(limit: 1 << 24)
    // Another library's log, all of it in the last rounds.
    let foreign = folder.path.appending("foreign.db")
    let stranger = MadeLibrary(seed: 74)
    let strange = try Catalogue(foreign, access: .writing)
    try stranger.add(stage: 0, to: strange)
    try strange.checkpoint()
    for stage in 1..<MadeLibrary.stageCount { try stranger.add(stage: stage, to: strange) }
    let other = try ReadableFile(FilePath(foreign.string + "-wal")).contents(limit: 1 << 24)
    let strangers = try answers(of: stranger, in: strange)
    try #require(log.count > 40_000 && other.count > 40_000)
    var random = SplitMix64(seed: 75)
    for round in 0..<10 {
      var bytes = log
      // A frame is a page and 24 bytes.
      damage.apply(
        to: &bytes, in: (round % 3 == 0 ? 0 : 32)..<bytes.count, unit: round % 2 == 0 ? 4_120 : 16,
        other: other, using: &random)
      if damage == .foreign, round > 6 { bytes = other }
      let name = "damaged-\(damage)-\(round).db"
      let damaged = try folder.overwrite(whole, as: name)
      try folder.overwrite(bytes, as: "\(name)-wal")
      let access: Catalogue.Access = round % 4 < 2 ? .reading : .writing
      do {
        let catalogue = try Catalogue(damaged, access: access)
        try lookAtEverything(in: catalogue, of: original)
        let found = try answers(of: original, in: catalogue)
        // A whole log of another library that has every page makes it that library.
        let isForeign = bytes == other && found == strangers
        #expect(right.contains(found) || isForeign, "\(damage), round \(round)")
      } catch {
        #expect(Self.isExpected(error), "\(error)")
      }
    }
  }

  private static func isExpected(_ error: any Error) -> Bool {
    error is CatalogueError || error is NoModel
  }

  private static func bytes(of library: MadeLibrary) throws -> [UInt8] {
    let folder = TemporaryFolder()
    let path = folder.path.appending("library.db")
    let catalogue = try Catalogue(path, access: .writing)
    for stage in 0..<MadeLibrary.stageCount { try library.add(stage: stage, to: catalogue) }
    try catalogue.checkpoint()
    return try ReadableFile(path).contents(limit: 1 << 24)
  }

  private func answers(of library: MadeLibrary, in catalogue: Catalogue) throws -> [[Line]] {
    guard
      let model = try catalogue.models().first(where: { $0.identity == MadeLibrary.models[0] })
    else { throw NoModel() }
    let recommender = try Recommender(
      catalogue: catalogue, location: LibraryLocation(catalogue: catalogue.path), model: model)
    return try library.queries.map {
      try recommender.answer(Query(vector: $0, count: 5)).recommendations.map(Line.init)
    }
  }

  /// Everything that can be asked is asked; vectors, sounds and paths that come back are those that
  /// were put in.
  private func lookAtEverything(in catalogue: Catalogue, of library: MadeLibrary) throws {
    _ = try catalogue.counts()
    _ = try catalogue.files()
    _ = try catalogue.failures()
    _ = try catalogue.tracks(matching: "title 7", limit: 20)
    _ = try catalogue.tracks(artist: "artist 3")
    _ = try catalogue.tracks(genre: "genre 1")
    for (number, sound) in library.sounds.enumerated() {
      for (place, identity) in MadeLibrary.models.enumerated() {
        guard let model = try catalogue.models().first(where: { $0.identity == identity }),
          let track = try catalogue.track(identity: sound),
          let vector = try catalogue.vector(of: track, model: model)
        else { continue }
        #expect(vector == library.vectors[place][number])
      }
      for path in library.paths(of: number) {
        guard let track = try catalogue.file(at: path)?.track,
          let record = try catalogue.track(track)
        else { continue }
        #expect(record.sound.identity == sound)
        #expect(library.paths(of: number).contains(record.path))
      }
    }
  }
}

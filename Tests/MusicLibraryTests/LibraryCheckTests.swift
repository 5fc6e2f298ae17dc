import Catalogue
import Embedding
import FileAccess
import Glibc
import Hashing
import MusicLibrary
import TestSupport
import Testing

@Suite("Checking and mending a library")
struct LibraryCheckTests {
  private static let clips = [
    "a.mp3": "ambient-2-under-the-ice.mp3", "b.mp3": "folk-2-three-apple-trees.mp3",
  ]

  private func run(
    _ library: TestLibrary
  ) throws -> (faults: [LibraryFault], counts: LibraryCheck.Counts) {
    try LibraryCheck(catalogue: library.catalogue, location: library.location).run { _, _ in }
  }

  private func mend(
    _ library: TestLibrary, _ faults: [LibraryFault], withTracks: Bool = true
  ) throws -> [Bool] {
    try LibraryCheck(catalogue: library.catalogue, location: library.location)
      .mend(faults, withTracks: withTracks) { _ in TestLibrary.model }
  }

  /// An indexed library with the model beside it.
  private func indexed() throws -> TestLibrary {
    let library = try TestLibrary(Self.clips)
    try library.index()
    let copy = library.location.modelFile(TestLibrary.model.identity)
    try FolderEntry.createFolders(copy.parent)
    try TestLibrary.model.write(to: copy)
    return library
  }

  /// A library of vectors drawn at random, with its search file.
  private func random(count: Int) throws -> (TestLibrary, [Int64]) {
    let library = try TestLibrary()
    let model = try library.record()
    var random = SplitMix64(seed: 77)
    var tracks: [Int64] = []
    try library.catalogue.transaction { () throws(CatalogueError) in
      for number in 0..<count {
        var hash = SHA256()
        hash.update("sound \(number)")
        let track = try library.catalogue.record(
          SoundRecord(
            identity: hash.digest(), codec: "flac", sampleRate: 44_100, channels: 2, seconds: 100))
        var vector = (0..<model.dimension).map { _ in Float.random(in: -1...1, using: &random) }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for place in vector.indices { vector[place] /= length }
        try library.catalogue.record(
          EmbeddingRecord(vector: vector, excerptStart: 35, excerptSeconds: 30), of: track,
          model: model)
        tracks.append(track)
      }
    }
    let copy = library.location.modelFile(model.identity)
    try FolderEntry.createFolders(copy.parent)
    try TestLibrary.model.write(to: copy)
    _ = try LibrarySearch(
      catalogue: library.catalogue, location: library.location, model: model)
    return (library, tracks)
  }

  @Test("finds nothing in a library that was just made")
  func sound() throws {
    let (faults, counts) = try run(indexed())
    #expect(faults.isEmpty)
    #expect(counts.tracks == 2 && counts.vectors == 2 && counts.descriptors == 2)
    #expect(counts.searchFiles == 1 && counts.modelFiles == 1 && counts.text)
  }

  @Test("finds every vector that was changed, wherever, and no other")
  func changedVectors() throws {
    let (library, tracks) = try random(count: 300)
    let raw = try RawDatabase(library.location.catalogue)
    var random = SplitMix64(seed: 78)
    let chosen = Set(tracks.shuffled(using: &random).prefix(60))
    for track in chosen.sorted() {
      let hex = try raw.column("SELECT hex(vector) FROM embedding WHERE track = \(track)")[0]
      var digits = Array(hex.utf8)
      // One bit of one byte, or up to twenty.
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        let place = Int.random(in: 0..<digits.count, using: &random)
        let value = try #require(Int(String(UnicodeScalar(digits[place])), radix: 16))
        let other = value ^ 1 << Int.random(in: 0..<4, using: &random)
        digits[place] = try #require(String(other, radix: 16, uppercase: true).utf8.first)
      }
      guard digits != Array(hex.utf8) else { continue }
      try raw.execute(
        "UPDATE embedding SET vector = x'\(String(decoding: digits, as: UTF8.self))' WHERE track = \(track)"
      )
    }
    let (faults, counts) = try run(library)
    #expect(counts.vectors == 300)
    #expect(Set(faults.compactMap(\.track)) == chosen)
    #expect(faults.count == chosen.count)
    #expect(faults.allSatisfy { $0.kind == .vector(.checksum) && $0.identity != nil })
  }

  @Test("damaged vectors stop no question for ever: they are taken out and listened to again")
  func damagedVector() throws {
    let library = try indexed()
    let vector = try #require(try library.vector("b.mp3"))
    let track = try #require(try library.track("b.mp3"))
    let raw = try RawDatabase(library.location.catalogue)
    try raw.execute("UPDATE embedding SET checksum = checksum - 1 WHERE track = \(track)")
    let (faults, _) = try run(library)
    #expect(faults.map(\.code) == ["vector-checksum"])
    #expect(faults.first?.path == library.path("b.mp3"))
    #expect(try mend(library, faults, withTracks: false) == [false])
    #expect(try run(library).faults == faults, "nothing was touched")
    #expect(try mend(library, faults) == [true])
    #expect(try run(library).faults.isEmpty)
    let model = try library.record()
    #expect(try library.catalogue.vectorCount(model: model) == 1)
    _ = try LibrarySearch(catalogue: library.catalogue, location: library.location, model: model)
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 1, analysed: 1))
    #expect(try library.vector("b.mp3") == vector)
    #expect(try run(library).faults.isEmpty)
  }

  @Test("vectors and files that were put elsewhere are found, and brought back by the next run")
  func moved() throws {
    let library = try indexed()
    let vectors = try (library.vector("a.mp3"), library.vector("b.mp3"))
    let tracks = try (
      #require(try library.track("a.mp3")), #require(try library.track("b.mp3"))
    )
    let file = try #require(try library.file("a.mp3")).number
    let raw = try RawDatabase(library.location.catalogue)
    try raw.execute(
      """
      UPDATE embedding SET track = 99 WHERE track = \(tracks.0);
      UPDATE embedding SET track = \(tracks.0) WHERE track = \(tracks.1);
      UPDATE embedding SET track = \(tracks.1) WHERE track = 99;
      UPDATE file SET track = \(tracks.1) WHERE number = \(file);
      UPDATE model SET vectors = 5;
      """)
    let (faults, _) = try run(library)
    #expect(
      Set(faults.map(\.code)) == ["vector-checksum", "file-checksum", "vector-count"])
    #expect(try mend(library, faults).allSatisfy { $0 })
    #expect(try run(library).faults.isEmpty)
    #expect(try library.index().analysed == 2)
    #expect(try library.vector("a.mp3") == vectors.0)
    #expect(try library.vector("b.mp3") == vectors.1)
    #expect(try run(library).faults.isEmpty)
  }

  @Test("numbers that no music has are found, and measured again")
  func numbers() throws {
    let library = try indexed()
    let track = try #require(try library.track("a.mp3"))
    let other = try #require(try library.track("b.mp3"))
    let before = try library.catalogue.descriptors(of: track)
    let sound = try library.catalogue.sound(of: other)
    let raw = try RawDatabase(library.location.catalogue)
    try raw.execute("UPDATE descriptor SET tempo = -5 WHERE track = \(track)")
    try raw.execute("UPDATE track SET seconds = 9e999 WHERE number = \(other)")
    let (faults, _) = try run(library)
    #expect(Set(faults.map(\.code)) == ["descriptor", "sound"])
    #expect(try mend(library, faults) == [true, true])
    #expect(try run(library).faults.isEmpty)
    #expect(try library.index().analysed == 2)
    #expect(try library.catalogue.descriptors(of: track) == before)
    let again = try #require(try library.track("b.mp3"))
    #expect(try library.catalogue.sound(of: again) == sound)
    #expect(try library.isSearchInStep())
  }

  @Test("each part of a search file is looked at, and a damaged one is made again")
  func searchFile() throws {
    let (library, tracks) = try random(count: 40)
    let model = try library.record()
    let path = library.location.searchFile(model: model.identity, isMain: true)
    let whole = try ReadableFile(path).contents(limit: 1 << 24)
    var random = SplitMix64(seed: 79)
    // The head is checked as far as it is used; what fills it up is not.
    let places =
      [0, 20, 60, 200, 4_160]
      + (0..<30).map { _ in
        Int.random(in: 4_160..<whole.count, using: &random)
      }
    for place in places {
      var bytes = whole
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      try WrittenFile.replace(path, with: bytes)
      let (faults, _) = try run(library)
      #expect(faults.map(\.code) == ["search-file-damaged"], "byte \(place)")
    }
    try WrittenFile.replace(path, with: Array(whole.dropLast(5)))
    let (faults, _) = try run(library)
    #expect(faults.map(\.kind) == [.searchFile(.damaged)])
    #expect(faults.first?.path == path)
    #expect(try mend(library, faults, withTracks: false) == [true])
    #expect(try ReadableFile(path).contents(limit: 1 << 24) == whole)
    // Other vectors under the same generation.
    let generation = String(try library.catalogue.generation())
    let other = try #require(try library.catalogue.embedding(of: tracks[9], model: model))
    try library.catalogue.record(other, of: tracks[3], model: model)
    #expect(try run(library).faults.isEmpty, "another state is no fault")
    try library.catalogue.set("generation", to: generation)
    #expect(try run(library).faults.map(\.kind) == [.searchFile(.differs)])
    #expect(try mend(library, run(library).faults, withTracks: false) == [true])
    #expect(try run(library).faults.isEmpty)
    let next = String(try library.catalogue.generation())
    try library.catalogue.removeVectors(of: [tracks[0]], model: model)
    try library.catalogue.set("generation", to: next)
    #expect(try run(library).faults.map(\.kind) == [.searchFile(.differs)])
  }

  @Test("a search file that is not there, or is of another state of the library, is no fault")
  func otherSearchFile() throws {
    let library = try indexed()
    let model = try library.record()
    let path = library.location.searchFile(model: model.identity, isMain: true)
    let old = try ReadableFile(path).contents(limit: 1 << 24)
    try library.add("rock-1-copper-wire.mp3", as: "c.mp3")
    try library.index()
    try WrittenFile.replace(path, with: old)
    #expect(try run(library).faults.isEmpty)
    #expect(path.withCString { unlink($0) } == 0)
    let (faults, counts) = try run(library)
    #expect(faults.isEmpty && counts.searchFiles == 0)
  }

  @Test(
    "a model file that is not there, is damaged, or lies about its identity is found and replaced")
  func modelFile() throws {
    let library = try indexed()
    let copy = library.location.modelFile(TestLibrary.model.identity)
    let whole = try ReadableFile(copy).contents(limit: 1 << 30)
    var damaged = whole
    damaged[whole.count - 100] ^= 4
    // The head is text: another setting under the old identity.
    let text = String(decoding: whole.prefix(4_096), as: UTF8.self)
    #expect(text.contains("feature-statistics"))
    for bytes in [damaged, Array("no model".utf8)] {
      try WrittenFile.replace(copy, with: bytes)
      let (faults, _) = try run(library)
      #expect(faults.map(\.code) == ["model-file"])
      #expect(faults.first?.path == copy)
      #expect(try mend(library, faults, withTracks: false) == [false])
      #expect(try mend(library, faults) == [true])
      #expect(try ReadableFile(copy).contents(limit: 1 << 30) == whole)
    }
    #expect(copy.withCString { unlink($0) } == 0)
    #expect(try run(library).faults.map(\.kind) == [.modelFile(.file(.notFound))])
  }

  @Test("words and references are mended", arguments: [true, false])
  func words(isText: Bool) throws {
    let library = try indexed()
    let track = try #require(try library.track("a.mp3"))
    let raw = try RawDatabase(library.location.catalogue)
    try raw.execute(
      isText
        ? "UPDATE file SET title = 'x' WHERE track = \(track)"
        : "PRAGMA foreign_keys = OFF; DELETE FROM track WHERE number = \(track)")
    let (faults, _) = try run(library)
    #expect(faults.contains { $0.code == (isText ? "text" : "references") })
    #expect(try mend(library, faults).allSatisfy { $0 })
    #expect(try run(library).faults.isEmpty)
    #expect(try library.index().analysed == (isText ? 0 : 1))
  }
}

import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("Libraries of older versions")
struct LibraryVersionTests {
  let library = Library()

  private let tags = TagRecord(
    title: "Früher", artist: "Jemand", album: "Damals", genre: "Jazz", year: 1959, trackNumber: 3)

  private var descriptors: DescriptorRecord {
    var record = DescriptorRecord(version: 1)
    record[.tempo] = 120
    record[.key] = 9
    return record
  }

  private let fingerprint = FingerprintRecord(
    algorithm: 1, excerptStart: 1, items: [0, 1, 0xFEDC_BA98, .max])

  private let sections = [
    SectionRecord(start: 0, seconds: 4, vector: [0, 1]),
    SectionRecord(start: 4, seconds: 6, vector: [-0.8, 0.6]),
  ]

  private func playlist(of track: Int64) -> PlaylistRecord {
    PlaylistRecord(
      name: "kept", title: "Kept", recipe: [Array("similar".utf8)], refreshed: 9, tracks: [track])
  }

  /// A library as the program of this version writes it.
  private func make() throws -> [UInt8] {
    let catalogue = try library.writing()
    let model = try catalogue.record(model: Library.digest("model"), name: "old", dimension: 2)
    try catalogue.transaction { () throws(CatalogueError) in
      let track = try catalogue.add("/music/früher.flac", sound: "sound", tags)
      try catalogue.record(
        EmbeddingRecord(vector: [0.6, 0.8], lengths: [2.5], excerptStart: 1, excerptSeconds: 30),
        of: track,
        model: model)
      try catalogue.record(sections, of: track, model: model)
      try catalogue.record(descriptors, of: track)
      try catalogue.record(fingerprint, of: track)
      try catalogue.record(
        FileStamp(path: FilePath(bytes: [0x2F, 0xFF]), size: 1, modified: 2), failure: "damaged",
        reason: "cut short")
      try catalogue.set("name", to: "value")
      try catalogue.record([ListenRecord(track: track, kind: .played, time: 5, count: 3)])
      try catalogue.record(playlist(of: track))
      try catalogue.record(MapTests.map, model: model)
      try catalogue.record(reconstructionErrors: [(track, 0.25)], model: model)
    }
    try catalogue.checkpoint()
    return try ReadableFile(library.path).contents(limit: 1 << 20)
  }

  @Test(
    "stay readable, and become this program's when written to", arguments: [1, 3, 4, 5, 6, 7, 8])
  func readable(version: Int) throws {
    let fixture = try Fixture.file("library-\(version).db", make: make)
    let copy = try library.folder.write(
      try ReadableFile(fixture).contents(limit: 1 << 20), as: "copy.db")
    for access in [Catalogue.Access.reading, .writing, .reading] {
      let catalogue = try Catalogue(copy, access: access)
      #expect(try catalogue.isSound())
      let track = try #require(try catalogue.track(identity: Library.digest("sound")))
      let record = try #require(try catalogue.track(track))
      #expect(record.tags == tags)
      #expect(record.sound == Library.sound("sound"))
      #expect(record.path == FilePath("/music/früher.flac"))
      #expect(try catalogue.descriptors(of: track) == descriptors)
      let model = try #require(try catalogue.models().first)
      #expect(model.identity == Library.digest("model"))
      #expect(model.name == "old")
      #expect(try catalogue.vector(of: track, model: model) == [0.6, 0.8])
      // Lengths came with version 6.
      #expect(
        try catalogue.embedding(of: track, model: model)?.lengths == (version < 6 ? [] : [2.5]))
      #expect(try catalogue.failures().map(\.path.bytes) == [[0x2F, 0xFF]])
      #expect(try catalogue.tracks(matching: "fruher", limit: 5) == [track])
      #expect(try catalogue.setting("name") == "value")
      #expect(try version == 1 ? catalogue.generation() == 1 : catalogue.generation() > 0)
      // Fingerprints came with version 3.
      let expected = version >= 3 ? fingerprint : nil
      #expect(try catalogue.fingerprint(of: track) == expected)
      #expect(try catalogue.fingerprintedTracks(algorithm: 1) == (expected == nil ? [] : [track]))
      try catalogue.forEachFingerprint(algorithm: 1) { _, record, _ in #expect(record == expected) }
      // Listens and playlists came with version 4.
      #expect(try catalogue.plays() == (version >= 4 ? [track: 3] : [:]))
      #expect(try catalogue.playlists() == (version >= 4 ? [playlist(of: track)] : []))
      // Sections came with version 5.
      #expect(try catalogue.sections(of: track, model: model) == (version >= 5 ? sections : nil))
      // Maps came with version 7.
      let map = try catalogue.map(settings: MapTests.map.settings, model: model)
      #expect(map == (version >= 7 ? MapTests.map : nil))
      // Errors of reconstruction came with version 8.
      #expect(
        try catalogue.reconstructionErrors(model: model) == (version >= 8 ? [track: 0.25] : [:]))
    }
    let catalogue = try Catalogue(copy, access: .writing)
    let track = try #require(try catalogue.track(identity: Library.digest("sound")))
    try catalogue.record(fingerprint, of: track)
    #expect(try catalogue.fingerprint(of: track) == fingerprint)
  }
}

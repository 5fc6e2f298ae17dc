import Catalogue
import FileAccess
import Hashing
import TestSupport
import Testing

@Suite("Looking a library over")
struct CheckingTests {
  let library = Library()

  private func unit(_ place: Int) -> EmbeddingRecord {
    var vector = [Float](repeating: 0, count: 4)
    vector[place % 4] = 1
    return EmbeddingRecord(vector: vector, excerptStart: 0, excerptSeconds: 30)
  }

  private func filled() throws -> (Catalogue, ModelRecord, [Int64]) {
    let catalogue = try library.writing()
    let model = try catalogue.record(model: Library.digest("m"), name: "m", dimension: 4)
    var tracks: [Int64] = []
    for number in 0..<8 {
      let track = try catalogue.add("/music/\(number)", TagRecord(title: "Title \(number)"))
      try catalogue.record(unit(number), of: track, model: model)
      var descriptors = DescriptorRecord(version: 1)
      descriptors[.tempo] = 100
      try catalogue.record(descriptors, of: track)
      tracks.append(track)
    }
    try catalogue.record(
      Library.stamp("/music/bad"), failure: "not-audio", reason: "text")
    return (catalogue, model, tracks)
  }

  private func faults(
    _ catalogue: Catalogue, _ model: ModelRecord
  ) throws -> [Int64: VectorFault] {
    var found: [Int64: VectorFault] = [:]
    var sound = 0
    try catalogue.checkVectors(model: model) { track, vector, fault in
      #expect((vector == nil) == (fault != nil))
      if let fault { found[track] = fault } else { sound += 1 }
    }
    #expect(sound + found.count == 8)
    return found
  }

  @Test("a library as it was written has no fault")
  func sound() throws {
    let (catalogue, model, _) = try filled()
    #expect(try catalogue.structuralFaults().isEmpty)
    #expect(try catalogue.brokenReferences().isEmpty)
    #expect(try catalogue.isTextInStep() == true)
    #expect(try faults(catalogue, model).isEmpty)
  }

  @Test("each way for a vector to be wrong is told apart")
  func vectors() throws {
    let (catalogue, model, tracks) = try filled()
    let long = EmbeddingRecord(vector: [2, 0, 0, 0], excerptStart: 0, excerptSeconds: 1)
    try catalogue.record(long, of: tracks[0], model: model)
    let empty = EmbeddingRecord(vector: [1, 0, 0, 0], excerptStart: -1, excerptSeconds: 1)
    try catalogue.record(empty, of: tracks[1], model: model)
    let raw = try RawDatabase(library.path)
    let place = { (number: Int) in "WHERE track = \(tracks[number])" }
    try raw.execute("UPDATE embedding SET vector = x'00' \(place(2))")
    try raw.execute("UPDATE embedding SET checksum = checksum + 1 \(place(3))")
    // Four times NaN, under the checksum that they would have.
    try raw.execute(
      "UPDATE embedding SET vector = x'0000C07F0000C07F0000C07F0000C07F', checksum = \(Self.crcOfNaN(model: "m", sound: "/music/4")) \(place(4))"
    )
    #expect(
      try faults(catalogue, model) == [
        tracks[0]: .notUnit, tracks[1]: .excerpt, tracks[2]: .length, tracks[3]: .checksum,
        tracks[4]: .notFinite,
      ])
    try catalogue.removeVectors(of: tracks[0..<5], model: model)
    #expect(try catalogue.vectorCount(model: model) == 3)
  }

  /// The checksum of four NaN as a vector of a model and a sound: CRC-32C (Castagnoli, reflected,
  /// 0x82F63B78), bit by bit, over the length in 64 bits and the bytes of each of the three.
  private static func crcOfNaN(model: String, sound: String) -> UInt32 {
    let vector = (0..<4).flatMap { _ in [0, 0, 0xC0, 0x7F] as [UInt8] }
    let parts = [vector, Library.digest(model).bytes, Library.digest(sound).bytes]
    var bytes: [UInt8] = []
    for part in parts { bytes += [UInt8(part.count), 0, 0, 0, 0, 0, 0, 0] + part }
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
    return ~sum
  }

  @Test("rows that refer to nothing are counted and taken out, and their files read again")
  func references() throws {
    let (catalogue, model, tracks) = try filled()
    let raw = try RawDatabase(library.path)
    try raw.execute("DELETE FROM track WHERE number = \(tracks[3])")
    let broken = try catalogue.brokenReferences()
    #expect(
      Set(broken.map { "\($0.table) \($0.target) \($0.count)" })
        == ["descriptor track 1", "embedding track 1", "file track 1"])
    let generation = try catalogue.generation()
    try catalogue.removeBrokenReferences()
    #expect(try catalogue.brokenReferences().isEmpty)
    #expect(try catalogue.vectorCount(model: model) == 7)
    #expect(try catalogue.file(at: FilePath("/music/3"))?.track == nil)
    #expect(try catalogue.file(at: FilePath("/music/4"))?.track == tracks[4])
    #expect(try catalogue.generation() != generation)
  }

  @Test("fingerprints that were changed are found, and taken out with their tracks")
  func fingerprints() throws {
    let (catalogue, _, tracks) = try filled()
    let raw = try RawDatabase(library.path)
    for (number, track) in tracks.enumerated() {
      // The CRC-32C of nothing is 0.
      try raw.execute(
        "INSERT INTO fingerprint VALUES (\(track), 1, 0, x'', \(number == 5 ? 1 : 0))")
    }
    var found = try catalogue.damagedFingerprints()
    #expect(found.tracks == [tracks[5]] && found.count == 8)
    try catalogue.removeFingerprints(of: found.tracks)
    try catalogue.remove(files: [], tracks: [tracks[0]])
    found = try catalogue.damagedFingerprints()
    #expect(found.tracks.isEmpty && found.count == 6)
    #expect(try catalogue.brokenReferences().isEmpty)
  }

  @Test("files that are not what they were, and counts that are wrong, are found and put right")
  func files() throws {
    let (catalogue, model, tracks) = try filled()
    #expect(try catalogue.damagedFiles().isEmpty && catalogue.miscountedTracks().isEmpty)
    #expect(try catalogue.hasAllVectors(model: model))
    let raw = try RawDatabase(library.path)
    let moved = try #require(try catalogue.file(at: FilePath("/music/2"))).number
    try raw.execute(
      """
      UPDATE file SET track = \(tracks[3]) WHERE number = \(moved);
      UPDATE track SET files = 7 WHERE number = \(tracks[5]);
      UPDATE model SET vectors = vectors + 1;
      """)
    #expect(try catalogue.damagedFiles().map(\.number) == [moved])
    #expect(try catalogue.miscountedTracks() == [tracks[5]])
    #expect(try !catalogue.hasAllVectors(model: model))
    try catalogue.rebind(files: [moved])
    #expect(try catalogue.damagedFiles().isEmpty && catalogue.miscountedTracks().isEmpty)
    #expect(try catalogue.hasAllVectors(model: model))
    #expect(try catalogue.file(at: FilePath("/music/2"))?.track == nil)
    #expect(try catalogue.track(tracks[5])?.path == FilePath("/music/5"))
  }

  @Test("words that are not the files' are noticed and made again")
  func text() throws {
    let (catalogue, _, tracks) = try filled()
    let raw = try RawDatabase(library.path)
    try raw.execute("UPDATE file SET title = 'Other' WHERE track = \(tracks[2])")
    #expect(try catalogue.isTextInStep() == false)
    try catalogue.rebuildText()
    #expect(try catalogue.isTextInStep() == true)
    #expect(try catalogue.tracks(matching: "other", limit: 5) == [tracks[2]])
    #expect(try catalogue.tracks(matching: "title 2", limit: 5).isEmpty)
  }

  @Test("a file of which a page was lost has a structural fault")
  func structure() throws {
    do {
      let (catalogue, _, _) = try filled()
      try catalogue.checkpoint()
    }
    var bytes = try ReadableFile(library.path).contents(limit: 1 << 24)
    let pages = bytes.count / 4_096
    bytes.replaceSubrange(
      4_096 * (pages - 1)..<4_096 * pages, with: [UInt8](repeating: 0xA5, count: 4_096))
    let path = try library.folder.write(bytes, as: "damaged.db")
    #expect(try !Catalogue(path, access: .reading).structuralFaults().isEmpty)
  }

  @Test("files and tracks are taken out with all that is known of them, and nothing else is")
  func removal() throws {
    let (catalogue, model, tracks) = try filled()
    let raw = try RawDatabase(library.path)
    let bad = try #require(try catalogue.file(at: FilePath("/music/bad"))).number
    let file = try #require(try catalogue.file(at: FilePath("/music/5"))).number
    let generation = try catalogue.generation()
    try catalogue.remove(files: [bad], tracks: [])
    #expect(try catalogue.generation() == generation, "no vector went")
    try catalogue.remove(files: [file], tracks: [tracks[5], tracks[6]])
    #expect(try catalogue.brokenReferences().isEmpty)
    #expect(raw.textIsInStep())
    #expect(try catalogue.files().count == 7)
    #expect(try catalogue.failures().isEmpty)
    #expect(try catalogue.failedFiles().isEmpty)
    #expect(try catalogue.file(at: FilePath("/music/6"))?.track == nil)
    #expect(try catalogue.damagedFiles().isEmpty && catalogue.miscountedTracks().isEmpty)
    #expect(try catalogue.hasAllVectors(model: model))
    #expect(try catalogue.vectorCount(model: model) == 6)
    #expect(try catalogue.sound(of: tracks[5]) == nil)
    #expect(try catalogue.descriptors(of: tracks[6]) == nil)
    #expect(try catalogue.sound(of: tracks[7]) == Library.sound("/music/7"))
    #expect(try catalogue.generation() != generation)
    // References are looked after again.
    #expect(
      Catalogue.code { () throws(CatalogueError) in
        try catalogue.record(unit(0), of: tracks[5], model: model)
      } == .refused)
  }

  @Test("failures are counted by their codes, those of missing files left out")
  func failureCounts() throws {
    let catalogue = try library.writing()
    for (number, code) in ["b", "a", "b", "c", "c"].enumerated() {
      try catalogue.record(Library.stamp("/\(number)"), failure: code, reason: "r")
    }
    let missing = try #require(try catalogue.file(at: FilePath("/3"))).number
    try catalogue.mark(files: [missing], missingSince: 5)
    #expect(
      try catalogue.failureCounts().map { "\($0.code) \($0.count)" } == ["b 2", "a 1", "c 1"])
  }
}

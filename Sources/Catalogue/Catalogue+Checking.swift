internal import Hashing

/// What can be wrong with a vector.
public enum VectorFault: String, Sendable, CaseIterable {
  /// It has not as many values as its model's vectors have.
  case length = "vector-length"
  /// It is not the one its checksum was made of.
  case checksum = "vector-checksum"
  /// A value is not a number, or is infinite.
  case notFinite = "vector-not-finite"
  /// Its length in space is not 1.
  case notUnit = "vector-not-unit"
  /// What its halves were long before they were normalised cannot be.
  case lengths = "vector-lengths"
  /// The part of the track that it was made from is none.
  case excerpt = "vector-excerpt"
}

extension EmbeddingRecord {
  /// How far from 1 the length of a vector may be.
  public static let unitTolerance = 1e-3

  /// What is wrong with it, but for its checksum; nil where nothing is.
  /// - Parameter dimension: how many values its model's vectors have.
  public func fault(dimension: Int) -> VectorFault? {
    guard vector.count == dimension else { return .length }
    guard vector.allSatisfy(\.isFinite) else { return .notFinite }
    guard lengths.areLengths else { return .lengths }
    let squares = vector.reduce(0) { $0 + Double($1) * Double($1) }
    guard abs(squares.squareRoot() - 1) <= Self.unitTolerance else { return .notUnit }
    guard excerptStart.isFinite, excerptStart >= 0, excerptSeconds.isFinite, excerptSeconds > 0
    else { return .excerpt }
    return nil
  }
}

/// Rows that refer to a row that is not there.
public struct BrokenReferences: Equatable, Sendable {
  /// Their table.
  public let table: String
  /// The table they refer to.
  public let target: String
  /// How many rows.
  public let count: Int
}

/// What a library holds is read here without trusting it.
extension Catalogue {
  /// What SQLite finds wrong with the file, in its own words, at most 100 of them; none where it is
  /// sound. The rows that refer to others are not looked at.
  public func structuralFaults() throws(CatalogueError) -> [String] {
    var answers: [String] = []
    do throws(CatalogueError) {
      try database.run("PRAGMA integrity_check(100)") { answers.append($0.text(0) ?? "") }
    } catch {
      guard error.code == .damaged else { throw error }
      answers.append("a page that cannot be read")
    }
    return answers == ["ok"] ? [] : answers
  }

  /// The rows that refer to rows that are not there.
  public func brokenReferences() throws(CatalogueError) -> [BrokenReferences] {
    var found: [BrokenReferences] = []
    try database.run(
      """
      SELECT "table", parent, count(*) FROM pragma_foreign_key_check
      GROUP BY "table", parent ORDER BY "table", parent
      """
    ) { row in
      found.append(
        BrokenReferences(
          table: row.text(0) ?? "", target: row.text(1) ?? "", count: Int(row.integer(2) ?? 0)))
    }
    return found
  }

  /// Whether the full-text search holds just the words of the files; nil where the library may not be
  /// written, which SQLite asks of those who want to know.
  public func isTextInStep() throws(CatalogueError) -> Bool? {
    do throws(CatalogueError) {
      try database.run("INSERT INTO file_text (file_text, rank) VALUES ('integrity-check', 1)")
      return true
    } catch {
      switch error.code {
      case .damaged: return false
      case .readOnly: return nil
      default: throw error
      }
    }
  }

  /// Passes every vector of a model to `body`, with its track, in the order of the tracks: what is
  /// wrong with it, or the vector.
  public func checkVectors(
    model: ModelRecord, _ body: (_ track: Int64, _ vector: [Float]?, _ fault: VectorFault?) -> Void
  ) throws(CatalogueError) {
    try database.run(
      """
      SELECT vector, \(vectorMatches()), track, excerpt_start, excerpt_seconds, \(lengthsColumn)
      FROM embedding e WHERE model = ?1 ORDER BY track
      """, [.integer(model.number), .bytes(model.identity.bytes)]
    ) { row in
      let track = row.integer(2) ?? 0
      guard let vector = Self.vector(row, dimension: model.dimension) else {
        let size = row.withBytes(0) { $0.count }
        return body(track, nil, size == 4 * model.dimension ? .checksum : .length)
      }
      let record = EmbeddingRecord(
        vector: vector, lengths: row.withBytes(5) { Self.floats($0) },
        excerptStart: row.real(3) ?? 0,
        excerptSeconds: row.real(4) ?? 0)
      let fault = record.fault(dimension: model.dimension)
      body(track, fault == nil ? vector : nil, fault)
    }
  }

  /// Whether a model has just the vectors that were put in: none was lost, none is of an older state.
  public func hasAllVectors(model: ModelRecord) throws(CatalogueError) -> Bool {
    guard hasBoundRows else { return true }
    var seen = VectorSum()
    try database.run(
      "SELECT checksum FROM embedding WHERE model = ?", [.integer(model.number)]
    ) { seen.add($0.integer(0) ?? 0) }
    return try sum(ofVectorsOf: model) == seen
  }

  /// The files that do not match their checksums, as files of their sounds.
  public func damagedFiles() throws(CatalogueError) -> [FileRecord] {
    var files: [FileRecord] = []
    try database.run(
      """
      SELECT number, path, size, modified, track, missing_since FROM file f
      WHERE NOT \(fileMatches(identity: "(SELECT identity FROM track WHERE number = f.track)"))
      ORDER BY path
      """
    ) { files.append(Self.file($0)) }
    return files
  }

  /// The tracks that are not held by as many files as they should be.
  public func miscountedTracks() throws(CatalogueError) -> [Int64] {
    guard hasBoundRows else { return [] }
    var tracks: [Int64] = []
    try database.run(
      """
      SELECT number FROM track
      WHERE files != (SELECT count(*) FROM file WHERE file.track = track.number) ORDER BY number
      """
    ) { tracks.append($0.integer(0) ?? 0) }
    return tracks
  }

  /// The tracks whose fingerprints are not what their checksums say, and how many fingerprints there
  /// are.
  public func damagedFingerprints() throws(CatalogueError) -> (tracks: [Int64], count: Int) {
    var tracks: [Int64] = []
    var count = 0
    guard holdsFingerprints else { return (tracks, count) }
    try database.run("SELECT items, checksum, track FROM fingerprint ORDER BY track") { row in
      count += 1
      let isSound = row.withBytes(0) { bytes in
        bytes.count.isMultiple(of: 4) && row.integer(1) == Int64(CRC32C.checksum(of: bytes))
      }
      if !isSound { tracks.append(row.integer(2) ?? 0) }
    }
    return (tracks, count)
  }

  /// Passes every sound to `body`, whether a file holds it or not.
  public func forEachSound(
    _ body: (_ track: Int64, SoundRecord) -> Void
  ) throws(CatalogueError) {
    try database.run(
      "SELECT identity, codec, sample_rate, channels, seconds, number FROM track ORDER BY number"
    ) { row in
      if let sound = Self.sound(row) { body(row.integer(5) ?? 0, sound) }
    }
  }

  /// The sound of a track, whether a file holds it or not; nil when there is no such track.
  public func sound(of track: Int64) throws(CatalogueError) -> SoundRecord? {
    var sound: SoundRecord?
    try database.run(
      "SELECT identity, codec, sample_rate, channels, seconds FROM track WHERE number = ?",
      [.integer(track)]
    ) { sound = Self.sound($0) }
    return sound
  }

  static func sound(_ row: Row) -> SoundRecord? {
    Digest(bytes: row.bytes(0)).map { identity in
      SoundRecord(
        identity: identity, codec: row.text(1) ?? "", sampleRate: Int(row.integer(2) ?? 0),
        channels: Int(row.integer(3) ?? 0), seconds: row.real(4) ?? 0)
    }
  }
}

extension Catalogue {
  /// Takes the vectors of tracks under a model away, so that the next index run makes them again.
  public func removeVectors(
    of tracks: some Sequence<Int64>, model: ModelRecord
  ) throws(CatalogueError) {
    try atomically { () throws(CatalogueError) in
      for track in tracks {
        try database.run(
          "DELETE FROM embedding WHERE model = ? AND track = ?",
          [.integer(model.number), .integer(track)])
      }
      vectorsChanged = true
    }
  }

  /// Takes the descriptors of tracks away, so that the next index run makes them again.
  public func removeDescriptors(of tracks: some Sequence<Int64>) throws(CatalogueError) {
    try atomically { () throws(CatalogueError) in
      for track in tracks {
        try database.run("DELETE FROM descriptor WHERE track = ?", [.integer(track)])
      }
    }
  }

  /// Takes the fingerprints of tracks away, so that the next index run makes them again.
  public func removeFingerprints(of tracks: some Sequence<Int64>) throws(CatalogueError) {
    guard holdsFingerprints else { return }
    try atomically { () throws(CatalogueError) in
      for track in tracks {
        try database.run("DELETE FROM fingerprint WHERE track = ?", [.integer(track)])
      }
    }
  }

  /// Takes away what refers to something that is not there; a file whose track is not there is one
  /// that the next index run reads again.
  public func removeBrokenReferences() throws(CatalogueError) {
    try atomically { () throws(CatalogueError) in
      try database.execute(
        """
        DELETE FROM embedding
          WHERE track NOT IN (SELECT number FROM track) OR model NOT IN (SELECT number FROM model);
        DELETE FROM descriptor WHERE track NOT IN (SELECT number FROM track);
        DELETE FROM failure WHERE file NOT IN (SELECT number FROM file);
        """)
      try detachFiles(where: "track NOT IN (SELECT number FROM track)")
      let later =
        (holdsFingerprints ? ["fingerprint"] : []) + (holdsListens ? Self.listenTables : [])
      for table in later {
        try database.run("DELETE FROM \(table) WHERE track NOT IN (SELECT number FROM track)")
      }
      try removeStraySections()
      vectorsChanged = true
    }
  }

  /// Makes of files that are not what they were files that the next index run reads again, and counts
  /// anew what each track and each model has.
  public func rebind(files: some Sequence<Int64>) throws(CatalogueError) {
    guard hasBoundRows else { return }
    try atomically { () throws(CatalogueError) in
      for file in files { try detachFiles(where: "number = ?", [.integer(file)]) }
      try database.execute(
        """
        UPDATE track SET files = (SELECT count(*) FROM file WHERE file.track = track.number);
        UPDATE model SET (vectors, checksum) = (
          SELECT count(*), ifnull(sum(e.checksum), 0) FROM embedding e
          WHERE e.model = model.number);
        """)
      try recountSections()
    }
  }

  /// Takes the tracks of files away, which are read again then.
  func detachFiles(where condition: String, _ values: [Value] = []) throws(CatalogueError) {
    let checksum = hasBoundRows ? ", checksum = crc32c(path, NULL, missing_since)" : ""
    try database.run("UPDATE file SET track = NULL\(checksum) WHERE \(condition)", values)
  }

  /// Makes the full-text search anew from the files.
  public func rebuildText() throws(CatalogueError) {
    try database.run("INSERT INTO file_text (file_text) VALUES ('rebuild')")
  }
}

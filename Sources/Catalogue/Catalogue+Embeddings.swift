public import Hashing

extension Catalogue {
  /// The models whose vectors the library holds, in the order they came.
  public func models() throws(CatalogueError) -> [ModelRecord] {
    var models: [ModelRecord] = []
    try database.run("SELECT number, identity, name, dimension FROM model ORDER BY number") { row in
      guard let identity = Digest(bytes: row.bytes(1)) else { return }
      models.append(
        ModelRecord(
          number: row.integer(0) ?? 0, identity: identity, name: row.text(2) ?? "",
          dimension: Int(row.integer(3) ?? 0)))
    }
    return models
  }

  /// The row of a model, made when it is new.
  public func record(
    model identity: Digest, name: String, dimension: Int
  ) throws(CatalogueError) -> ModelRecord {
    try database.run(
      "INSERT INTO model (identity, name, dimension) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      [.bytes(identity.bytes), .text(name), Value(dimension)])
    guard let record = try models().first(where: { $0.identity == identity }) else {
      throw CatalogueError(code: .damaged, path: path)
    }
    return record
  }

  /// Keeps the vector of a track. Sections that it had under another vector go.
  public func record(
    _ embedding: EmbeddingRecord, of track: Int64, model: ModelRecord
  ) throws(CatalogueError) {
    precondition(
      embedding.vector.count == model.dimension,
      "a vector of \(embedding.vector.count) values under a model of \(model.dimension)")
    precondition(
      embedding.vector.allSatisfy(\.isFinite), "a vector with a value that is not finite")
    precondition(embedding.lengths.areLengths, "halves that were \(embedding.lengths) long")
    let bytes = Self.bytes(of: embedding.vector)
    try atomically { () throws(CatalogueError) in
      try clearSections(of: track, model: model)
      try database.run(
        """
        INSERT OR REPLACE INTO embedding
          (model, track, vector, checksum, excerpt_start, excerpt_seconds, lengths)
        VALUES (
          ?1, ?2, ?3,
          \(Self.vectorChecksum(
            vector: "?3", model: "(SELECT identity FROM model WHERE number = ?1)",
            track: "(SELECT identity FROM track WHERE number = ?2)", lengths: "?6")),
          ?4, ?5, ?6)
        """,
        [
          .integer(model.number), .integer(track), .bytes(bytes),
          .real(embedding.excerptStart), .real(embedding.excerptSeconds),
          embedding.lengths.isEmpty ? .null : .bytes(Self.bytes(of: embedding.lengths)),
        ])
      vectorsChanged = true
    }
  }

  /// Keeps how long the halves of a track's vector were, which is there and sound.
  public func record(
    lengths: [Float], of track: Int64, model: ModelRecord
  ) throws(CatalogueError) {
    precondition(lengths.areLengths && !lengths.isEmpty, "halves that were \(lengths) long")
    guard try vector(of: track, model: model) != nil else { return }
    // The vector stays, so neither its sections nor the search file are of another.
    try database.run(
      """
      UPDATE embedding SET lengths = ?3, checksum =
        \(Self.vectorChecksum(
          vector: "vector", model: "(SELECT identity FROM model WHERE number = ?1)",
          track: "(SELECT identity FROM track WHERE number = ?2)", lengths: "?3"))
      WHERE model = ?1 AND track = ?2
      """,
      [.integer(model.number), .integer(track), .bytes(Self.bytes(of: lengths))])
  }

  /// SQL for the checksum of a vector: with the lengths of its halves where they are known.
  private static func vectorChecksum(
    vector: String, model: String, track: String, lengths: String
  ) -> String {
    """
    CASE WHEN \(lengths) IS NULL THEN crc32c(\(vector), \(model), \(track))
      ELSE crc32c(\(vector), \(model), \(track), \(lengths)) END
    """
  }

  /// SQL for the lengths of the halves of a row `e` of `embedding`.
  var lengthsColumn: String { schemaVersion >= Schema.lengthsVersion ? "e.lengths" : "NULL" }

  /// Takes all vectors of all models away.
  public func removeVectors() throws(CatalogueError) {
    try atomically { () throws(CatalogueError) in
      try database.run("DELETE FROM embedding")
      vectorsChanged = true
    }
  }

  /// The vector of a track under a model, nil where there is none.
  /// - Throws: `damaged` when it does not match its checksum, as vector of this sound and model.
  public func vector(of track: Int64, model: ModelRecord) throws(CatalogueError) -> [Float]? {
    var vector: [Float]?
    var damaged = false
    try database.run(
      "SELECT vector, \(vectorMatches(track: "?3")) FROM embedding e WHERE model = ?1 AND track = ?3",
      [.integer(model.number), .bytes(model.identity.bytes), .integer(track)]
    ) { row in
      vector = Self.vector(row, dimension: model.dimension)
      damaged = vector == nil
    }
    if damaged { throw damage }
    return vector
  }

  /// SQL for whether a row `e` of `embedding` matches its checksum; value 2 is the model's identity.
  /// - Parameter track: SQL for the track that the row must be of. Where it was looked for by its key,
  ///   that key: in a damaged tree SQLite may come upon another row.
  func vectorMatches(track: String = "e.track") -> String {
    guard hasBoundRows else { return "e.checksum = crc32c_plain(e.vector) OR ?2 IS NULL" }
    let checksum = Self.vectorChecksum(
      vector: "e.vector", model: "?2",
      track: "(SELECT identity FROM track WHERE number = \(track))",
      lengths: lengthsColumn)
    return "e.checksum = \(checksum)"
  }

  /// The vector of a track under a model with the part that it was made from; nil where there is none
  /// that is sound.
  public func embedding(
    of track: Int64, model: ModelRecord
  ) throws(CatalogueError) -> EmbeddingRecord? {
    var record: EmbeddingRecord?
    try database.run(
      """
      SELECT vector, \(vectorMatches(track: "?3")), excerpt_start, excerpt_seconds, \(lengthsColumn)
      FROM embedding e WHERE model = ?1 AND track = ?3
      """, [.integer(model.number), .bytes(model.identity.bytes), .integer(track)]
    ) { row in
      record = Self.vector(row, dimension: model.dimension).map {
        EmbeddingRecord(
          vector: $0, lengths: Self.lengths(row, 4), excerptStart: row.real(2) ?? 0,
          excerptSeconds: row.real(3) ?? 0)
      }
    }
    return record?.fault(dimension: model.dimension) == nil ? record : nil
  }

  /// Passes every vector of a model to `body`, with its track, in the order of the tracks.
  /// - Throws: `damaged` when one does not match its checksum, as vector of its sound and model, or
  ///   when there are not just those that were put in; known at the end.
  public func forEachVector(
    model: ModelRecord, _ body: (_ track: Int64, _ vector: [Float]) -> Void
  ) throws(CatalogueError) {
    try forEachMeasuredVector(model: model) { track, vector, _ in body(track, vector) }
  }

  /// As ``forEachVector(model:_:)``, with the lengths that the halves of the vector had; none where
  /// that is not known.
  public func forEachMeasuredVector(
    model: ModelRecord, _ body: (_ track: Int64, _ vector: [Float], _ lengths: [Float]) -> Void
  ) throws(CatalogueError) {
    var damaged = false
    try consistently { () throws(CatalogueError) in
      var seen = VectorSum()
      var last: Int64?
      try database.run(
        """
        SELECT vector, \(vectorMatches()), track, checksum, \(lengthsColumn) FROM embedding e
        WHERE model = ?1 ORDER BY track
        """, [.integer(model.number), .bytes(model.identity.bytes)]
      ) { row in
        let track = row.integer(2) ?? 0
        seen.add(row.integer(3) ?? 0)
        let ascends = last.map { $0 < track } ?? true
        if ascends, Self.trackNumbers.contains(track),
          let vector = Self.vector(row, dimension: model.dimension)
        {
          body(track, vector, Self.lengths(row, 4))
        } else {
          damaged = true
        }
        last = track
      }
      if hasBoundRows, try sum(ofVectorsOf: model) != seen { damaged = true }
    }
    if damaged { throw damage }
  }

  /// The numbers that tracks have: no library of ours counts farther.
  public static let trackNumbers: ClosedRange<Int64> = 0...(1 << 40 - 1)

  /// What a model's vectors add up to.
  struct VectorSum: Equatable {
    var count: Int64 = 0
    var checksums: Int64 = 0

    mutating func add(_ checksum: Int64) {
      count += 1
      checksums &+= checksum
    }
  }

  /// What the vectors of a model should add up to.
  func sum(ofVectorsOf model: ModelRecord) throws(CatalogueError) -> VectorSum? {
    var sum: VectorSum?
    try database.run(
      "SELECT vectors, checksum FROM model WHERE number = ? AND identity = ?",
      [.integer(model.number), .bytes(model.identity.bytes)]
    ) { row in
      sum = VectorSum(count: row.integer(0) ?? 0, checksums: row.integer(1) ?? 0)
    }
    return sum
  }

  /// The tracks that have a vector of this model, by the identity of their sound.
  public func embeddedTracks(model: ModelRecord) throws(CatalogueError) -> [Digest: Int64] {
    var tracks: [Digest: Int64] = [:]
    try database.run(
      """
      SELECT t.identity, t.number FROM embedding e JOIN track t ON t.number = e.track
      WHERE e.model = ?
      """, [.integer(model.number)]
    ) { row in
      if let identity = Digest(bytes: row.bytes(0)) { tracks[identity] = row.integer(1) }
    }
    return tracks
  }

  static func bytes(of vector: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * vector.count)
    for value in vector {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  static func vector(_ row: Row, dimension: Int) -> [Float]? {
    row.withBytes(0) { bytes in
      guard bytes.count == 4 * dimension, row.integer(1) == 1 else { return nil }
      return floats(bytes)
    }
  }

  /// The lengths in a column; none where it is null, or none that can be.
  static func lengths(_ row: Row, _ column: Int32) -> [Float] {
    let lengths = row.withBytes(column) { floats($0) }
    return lengths.areLengths ? lengths : []
  }

  static func floats(_ bytes: UnsafeRawBufferPointer) -> [Float] {
    (0..<(bytes.count / 4)).map { place in
      let pattern = bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)
      return Float(bitPattern: UInt32(littleEndian: pattern))
    }
  }
}

extension [Float] {
  /// Whether the halves of a vector can have been so long.
  public var areLengths: Bool {
    count <= EmbeddingRecord.mostLengths && allSatisfy { $0.isFinite && $0 >= 0 }
  }
}

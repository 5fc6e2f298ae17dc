internal import Hashing

/// A library of an older version that is open for reading holds no fingerprints.
extension Catalogue {
  /// Keeps the fingerprint of a track.
  public func record(_ fingerprint: FingerprintRecord, of track: Int64) throws(CatalogueError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * fingerprint.items.count)
    for item in fingerprint.items {
      withUnsafeBytes(of: item.littleEndian) { bytes.append(contentsOf: $0) }
    }
    try database.run(
      """
      INSERT OR REPLACE INTO fingerprint (track, algorithm, excerpt_start, items, checksum)
      VALUES (?, ?, ?, ?, ?)
      """,
      [
        .integer(track), Value(fingerprint.algorithm), .real(fingerprint.excerptStart),
        .bytes(bytes), .integer(Int64(bytes.withUnsafeBytes { CRC32C.checksum(of: $0) })),
      ])
  }

  /// The fingerprint of a track, nil where there is none.
  /// - Throws: `damaged` when it does not match its checksum.
  public func fingerprint(of track: Int64) throws(CatalogueError) -> FingerprintRecord? {
    guard holdsFingerprints else { return nil }
    var record: FingerprintRecord?
    var damaged = false
    try database.run(
      "SELECT items, checksum, algorithm, excerpt_start FROM fingerprint WHERE track = ?",
      [.integer(track)]
    ) { row in
      record = Self.fingerprint(row)
      damaged = record == nil
    }
    if damaged { throw CatalogueError(code: .damaged, path: path) }
    return record
  }

  /// Passes the fingerprint of every track that a file holds which is there to `body`, with the length
  /// of the whole sound in seconds, in the order of the tracks.
  /// - Throws: `damaged` when one does not match its checksum.
  public func forEachFingerprint(
    algorithm: Int,
    _ body: (_ track: Int64, _ fingerprint: FingerprintRecord, _ seconds: Double) -> Void
  ) throws(CatalogueError) {
    guard holdsFingerprints else { return }
    var damaged = false
    try database.run(
      """
      SELECT p.items, p.checksum, p.algorithm, p.excerpt_start, p.track, t.seconds
      FROM fingerprint p JOIN track t ON t.number = p.track
      WHERE p.algorithm = ? AND EXISTS
        (SELECT 1 FROM file f WHERE f.track = p.track AND f.missing_since IS NULL)
      ORDER BY p.track
      """, [Value(algorithm)]
    ) { row in
      if let fingerprint = Self.fingerprint(row) {
        body(row.integer(4) ?? 0, fingerprint, row.real(5) ?? 0)
      } else {
        damaged = true
      }
    }
    if damaged { throw CatalogueError(code: .damaged, path: path) }
  }

  /// The tracks that have a fingerprint of this algorithm.
  public func fingerprintedTracks(algorithm: Int) throws(CatalogueError) -> Set<Int64> {
    guard holdsFingerprints else { return [] }
    var tracks: Set<Int64> = []
    try database.run("SELECT track FROM fingerprint WHERE algorithm = ?", [Value(algorithm)]) {
      tracks.insert($0.integer(0) ?? 0)
    }
    return tracks
  }

  var holdsFingerprints: Bool { schemaVersion >= Schema.fingerprintVersion }

  private static func fingerprint(_ row: Row) -> FingerprintRecord? {
    let items: [UInt32]? = row.withBytes(0) { bytes in
      guard bytes.count.isMultiple(of: 4), row.integer(1) == Int64(CRC32C.checksum(of: bytes))
      else { return nil }
      return (0..<bytes.count / 4).map { place in
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self))
      }
    }
    return items.map {
      FingerprintRecord(
        algorithm: Int(row.integer(2) ?? 0), excerptStart: row.real(3) ?? 0, items: $0)
    }
  }
}

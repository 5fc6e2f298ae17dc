internal import FileAccess
public import Hashing

extension Catalogue {
  /// The row of a sound, made when it is new.
  /// - Parameter time: now, in seconds since 1970, to know what is new; nil leaves it unknown.
  public func record(
    _ sound: SoundRecord, addedAt time: Int64? = nil
  ) throws(CatalogueError) -> Int64 {
    let number = try database.integer(
      """
      INSERT INTO track (identity, codec, sample_rate, channels, seconds, added)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (identity) DO UPDATE SET
        codec = excluded.codec, sample_rate = excluded.sample_rate, channels = excluded.channels,
        seconds = excluded.seconds
      RETURNING number
      """,
      [
        .bytes(sound.identity.bytes), .text(sound.codec), Value(sound.sampleRate),
        Value(sound.channels), .real(sound.seconds), Value(time),
      ])
    guard let number else { throw CatalogueError(code: .damaged, path: path) }
    return number
  }

  /// The row of a sound, nil when the library does not hold it.
  /// - Throws: `damaged` when the row that is found is another sound's.
  public func track(identity: Digest) throws(CatalogueError) -> Int64? {
    var number: Int64?
    var isSound = true
    // The row itself is looked at: a damaged index could name another sound's.
    try database.run(
      """
      SELECT t.number, u.identity IS ?1 FROM track t LEFT JOIN track u ON u.number = t.number
      WHERE t.identity = ?1
      """, [.bytes(identity.bytes)]
    ) { row in
      number = row.integer(0)
      isSound = row.integer(1) == 1
    }
    guard isSound else { throw damage }
    return number
  }

  /// The rows of sounds whose identity begins with these hexadecimal digits, at most `limit`.
  public func tracks(
    identityPrefix prefix: String, limit: Int
  ) throws(CatalogueError) -> [Int64] {
    var tracks: [Int64] = []
    guard !prefix.isEmpty, prefix.allSatisfy(\.isHexDigit) else { return [] }
    try database.run(
      "SELECT number FROM track WHERE lower(substr(hex(identity), 1, ?)) = ? ORDER BY number LIMIT ?",
      [Value(prefix.utf8.count), .text(prefix.lowercased()), Value(limit)]
    ) { tracks.append($0.integer(0) ?? 0) }
    return tracks
  }

  /// A track as it is shown, nil when no file holds it any more.
  /// - Throws: `damaged` when its files do not match their checksums, as files of its sound, or are
  ///   not as many as they should be.
  public func track(_ number: Int64) throws(CatalogueError) -> TrackRecord? {
    var record: TrackRecord?
    var missing: Int64 = 0
    var damaged = false
    try database.run(
      """
      SELECT t.identity, t.codec, t.sample_rate, t.channels, t.seconds, f.path, f.title, f.artist,
        f.album, f.genre, f.year, f.track_number, f.missing_since,
        \(fileMatches(identity: "t.identity")), \(hasBoundRows ? "t.files" : "NULL")
      FROM track t LEFT JOIN file f ON f.track = t.number WHERE t.number = ?
      ORDER BY f.missing_since IS NOT NULL, f.path
      """, [.integer(number)]
    ) { row in
      if record == nil { missing = row.integer(14) ?? 0 }
      // One row without a file where there is none.
      guard !row.isNull(5) else { return }
      missing -= 1
      guard row.integer(13) == 1, let identity = Digest(bytes: row.bytes(0)) else {
        damaged = true
        return
      }
      guard record == nil else { return }
      record = TrackRecord(
        number: number,
        sound: SoundRecord(
          identity: identity, codec: row.text(1) ?? "", sampleRate: Int(row.integer(2) ?? 0),
          channels: Int(row.integer(3) ?? 0), seconds: row.real(4) ?? 0),
        path: FilePath(bytes: row.bytes(5)),
        tags: TagRecord(
          title: row.text(6), artist: row.text(7), album: row.text(8), genre: row.text(9),
          year: row.integer(10).map(Int.init), trackNumber: row.integer(11).map(Int.init)),
        isMissing: row.integer(12) != nil)
    }
    if damaged || hasBoundRows && missing != 0 { throw damage }
    return record
  }

  /// A track that has a vector in a generation of the library, nil when no file holds it any more.
  /// - Throws: `damaged` as ``track(_:)``, and when the library is of that generation and does not
  ///   know the track.
  public func track(
    _ number: Int64, inGeneration generation: Int
  ) throws(CatalogueError) -> TrackRecord? {
    try consistently { () throws(CatalogueError) in
      if let record = try track(number) { return record }
      let isKnown =
        try database.integer("SELECT 1 FROM track WHERE number = ?", [.integer(number)]) != nil
      if !isKnown, try self.generation() == generation { throw damage }
      return nil
    }
  }

  /// All tracks that a file holds, by their paths.
  public func tracks() throws(CatalogueError) -> [TrackRecord] {
    var numbers: [Int64] = []
    try database.run(
      """
      SELECT track FROM file WHERE track IS NOT NULL AND missing_since IS NULL
      GROUP BY track ORDER BY min(path)
      """
    ) { numbers.append($0.integer(0) ?? 0) }
    var tracks: [TrackRecord] = []
    for number in numbers {
      if let track = try track(number) { tracks.append(track) }
    }
    return tracks
  }
}

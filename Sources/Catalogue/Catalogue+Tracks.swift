internal import FileAccess
public import Hashing

extension Catalogue {
  /// The row of a sound, made when it is new.
  public func record(_ sound: SoundRecord) throws(CatalogueError) -> Int64 {
    let number = try database.integer(
      """
      INSERT INTO track (identity, codec, sample_rate, channels, seconds) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (identity) DO UPDATE SET
        codec = excluded.codec, sample_rate = excluded.sample_rate, channels = excluded.channels,
        seconds = excluded.seconds
      RETURNING number
      """,
      [
        .bytes(sound.identity.bytes), .text(sound.codec), Value(sound.sampleRate),
        Value(sound.channels), .real(sound.seconds),
      ])
    guard let number else { throw CatalogueError(code: .damaged, path: path) }
    return number
  }

  /// The row of a sound, nil when the library does not hold it.
  public func track(identity: Digest) throws(CatalogueError) -> Int64? {
    try database.integer("SELECT number FROM track WHERE identity = ?", [.bytes(identity.bytes)])
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
  public func track(_ number: Int64) throws(CatalogueError) -> TrackRecord? {
    var record: TrackRecord?
    try database.run(
      """
      SELECT t.identity, t.codec, t.sample_rate, t.channels, t.seconds, f.path, f.title, f.artist,
        f.album, f.genre, f.year, f.track_number, f.missing_since
      FROM track t JOIN file f ON f.track = t.number WHERE t.number = ?
      ORDER BY f.missing_since IS NOT NULL, f.path LIMIT 1
      """, [.integer(number)]
    ) { row in
      guard let identity = Digest(bytes: row.bytes(0)) else { return }
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
    return record
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

  /// Keeps the descriptors of a track.
  public func record(_ descriptors: DescriptorRecord, of track: Int64) throws(CatalogueError) {
    try database.run(
      """
      INSERT OR REPLACE INTO descriptor
        (track, version, tempo, key, mode, loudness, centroid, bandwidth, rolloff, flatness,
         zero_crossing_rate, rms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(track), Value(descriptors.version), Value(descriptors.tempo),
        Value(descriptors.key), Value(descriptors.mode), Value(descriptors.loudness),
        Value(descriptors.centroid), Value(descriptors.bandwidth), Value(descriptors.rolloff),
        Value(descriptors.flatness), Value(descriptors.zeroCrossingRate), Value(descriptors.rms),
      ])
  }

  /// The descriptors of a track, nil where there are none.
  public func descriptors(of track: Int64) throws(CatalogueError) -> DescriptorRecord? {
    var record: DescriptorRecord?
    try database.run(
      """
      SELECT version, tempo, key, mode, loudness, centroid, bandwidth, rolloff, flatness,
        zero_crossing_rate, rms FROM descriptor WHERE track = ?
      """, [.integer(track)]
    ) { row in
      var found = DescriptorRecord(version: Int(row.integer(0) ?? 0))
      found.tempo = row.real(1)
      found.key = row.integer(2).map(Int.init)
      found.mode = row.integer(3).map(Int.init)
      found.loudness = row.real(4)
      found.centroid = row.real(5)
      found.bandwidth = row.real(6)
      found.rolloff = row.real(7)
      found.flatness = row.real(8)
      found.zeroCrossingRate = row.real(9)
      found.rms = row.real(10)
      record = found
    }
    return record
  }

  /// The tracks whose descriptors are of this version.
  public func describedTracks(version: Int) throws(CatalogueError) -> Set<Int64> {
    var tracks: Set<Int64> = []
    try database.run("SELECT track FROM descriptor WHERE version = ?", [Value(version)]) {
      tracks.insert($0.integer(0) ?? 0)
    }
    return tracks
  }
}

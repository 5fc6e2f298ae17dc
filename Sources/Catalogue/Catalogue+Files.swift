public import FileAccess

extension Catalogue {
  /// All files the library knows, by path.
  public func files() throws(CatalogueError) -> [FilePath: FileRecord] {
    var files: [FilePath: FileRecord] = [:]
    try database.run("SELECT number, path, size, modified, track, missing_since FROM file") { row in
      let record = Self.file(row)
      files[record.stamp.path] = record
    }
    return files
  }

  /// One file, by its path.
  /// - Throws: `damaged` when it does not match its checksum, as file of its sound.
  public func file(at path: FilePath) throws(CatalogueError) -> FileRecord? {
    var record: FileRecord?
    var damaged = false
    try database.run(
      """
      SELECT number, path, size, modified, track, missing_since,
        \(fileMatches(identity: "(SELECT identity FROM track WHERE number = f.track)"))
      FROM file f WHERE path = ?
      """, [.bytes(path.bytes)]
    ) { row in
      record = Self.file(row)
      damaged = row.integer(6) != 1
    }
    if damaged { throw damage }
    return record
  }

  /// SQL for whether a row `f` of `file` matches its checksum.
  func fileMatches(identity: String) -> String {
    hasBoundRows ? "f.checksum = crc32c(f.path, \(identity), f.missing_since)" : "1"
  }

  /// The files of a track that are there, by their paths, with their own labels. One that does not match
  /// its checksum, as file of this sound, is passed over.
  public func files(of track: Int64) throws(CatalogueError) -> [HeldFile] {
    var files: [HeldFile] = []
    try database.run(
      """
      SELECT number, path, size, modified, track, missing_since, title, artist, album, genre, year,
        track_number, \(holdsListens ? "plays" : "NULL") FROM file f
      WHERE track = ? AND missing_since IS NULL
        AND \(fileMatches(identity: "(SELECT identity FROM track WHERE number = f.track)"))
      ORDER BY path
      """, [.integer(track)]
    ) { row in
      let tags = TagRecord(
        title: row.text(6), artist: row.text(7), album: row.text(8), genre: row.text(9),
        year: row.integer(10).map(Int.init), trackNumber: row.integer(11).map(Int.init),
        plays: row.integer(12).map(Int.init))
      files.append(HeldFile(stamp: Self.file(row).stamp, tags: tags))
    }
    return files
  }

  /// The tracks that several files hold which are there.
  public func tracksOfSeveralFiles() throws(CatalogueError) -> [Int64] {
    var tracks: [Int64] = []
    try database.run(
      """
      SELECT track FROM file WHERE track NOTNULL AND missing_since IS NULL
      GROUP BY track HAVING count(*) > 1 ORDER BY track
      """
    ) { tracks.append($0.integer(0) ?? 0) }
    return tracks
  }

  static func file(_ row: Row) -> FileRecord {
    FileRecord(
      number: row.integer(0) ?? 0,
      stamp: FileStamp(
        path: FilePath(bytes: row.bytes(1)), size: Int(row.integer(2) ?? 0),
        modified: row.integer(3) ?? 0),
      track: row.integer(4), isMissing: row.integer(5) != nil)
  }

  /// Notes that a file holds a track.
  public func record(
    _ stamp: FileStamp, holding track: Int64, tags: TagRecord
  ) throws(CatalogueError) {
    try atomically { () throws(CatalogueError) in
      let file = try upsert(stamp, track: track, tags: tags)
      try database.run("DELETE FROM failure WHERE file = ?", [.integer(file)])
    }
  }

  /// Notes that a file could not be made a track.
  public func record(
    _ stamp: FileStamp, failure code: String, reason: String
  ) throws(CatalogueError) {
    try atomically { () throws(CatalogueError) in
      let file = try upsert(stamp, track: nil, tags: TagRecord())
      try database.run(
        """
        INSERT INTO failure (file, code, reason) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET code = excluded.code, reason = excluded.reason
        """, [.integer(file), .text(code), .text(reason)])
    }
  }

  private func upsert(
    _ stamp: FileStamp, track: Int64?, tags: TagRecord
  ) throws(CatalogueError) -> Int64 {
    try forgetText(of: stamp.path)
    let number = try database.integer(
      """
      INSERT INTO file
        (path, size, modified, track, name, title, artist, album, genre, year, track_number, plays,
         checksum)
      VALUES (
        ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
        crc32c(?1, (SELECT identity FROM track WHERE number = ?4), NULL))
      ON CONFLICT (path) DO UPDATE SET
        size = excluded.size, modified = excluded.modified, track = excluded.track,
        checksum = excluded.checksum, missing_since = NULL, title = excluded.title, artist = excluded.artist,
        album = excluded.album, genre = excluded.genre, year = excluded.year,
        track_number = excluded.track_number, plays = excluded.plays
      RETURNING number
      """,
      [
        .bytes(stamp.path.bytes), Value(stamp.size), Value(stamp.modified), Value(track),
        .text(stamp.path.lastComponent.string), Value(tags.title), Value(tags.artist),
        Value(tags.album), Value(tags.genre), Value(tags.year), Value(tags.trackNumber),
        Value(tags.plays),
      ])
    guard let number else { throw CatalogueError(code: .damaged, path: path) }
    try database.run(
      "INSERT INTO file_text (rowid, title, artist, album, name) VALUES (?, ?, ?, ?, ?)",
      [
        .integer(number), Value(tags.title), Value(tags.artist), Value(tags.album),
        .text(stamp.path.lastComponent.string),
      ])
    return number
  }

  /// Takes a file's words out of the full-text search, which needs to be told them for that.
  private func forgetText(of path: FilePath) throws(CatalogueError) {
    try database.run(
      """
      INSERT INTO file_text (file_text, rowid, title, artist, album, name)
      SELECT 'delete', number, title, artist, album, name FROM file WHERE path = ?
      """, [.bytes(path.bytes)])
  }

  /// Notes that a scan found, or did not find, files that the library knows.
  /// - Parameter missingSince: seconds since 1970, or nil for files that are there.
  public func mark(
    files: some Sequence<Int64>, missingSince: Int64?
  ) throws(CatalogueError) {
    try atomically { () throws(CatalogueError) in
      for file in files {
        try database.run(
          """
          UPDATE file SET missing_since = ?1, checksum =
            crc32c(path, (SELECT identity FROM track WHERE number = file.track), ?1)
          WHERE number = ?2
          """, [Value(missingSince), .integer(file)])
      }
    }
  }

  /// Every failure, in the order of the paths.
  public func failures() throws(CatalogueError) -> [FailureRecord] {
    var failures: [FailureRecord] = []
    try database.run(
      """
      SELECT path, code, reason FROM failure JOIN file ON file.number = failure.file
      WHERE missing_since IS NULL ORDER BY path
      """
    ) { row in
      failures.append(
        FailureRecord(
          path: FilePath(bytes: row.bytes(0)), code: row.text(1) ?? "", reason: row.text(2) ?? ""))
    }
    return failures
  }

  /// How many failures there are of each code, the most frequent first.
  public func failureCounts() throws(CatalogueError) -> [(code: String, count: Int)] {
    var counts: [(code: String, count: Int)] = []
    try database.run(
      """
      SELECT code, count(*) FROM failure JOIN file ON file.number = failure.file
      WHERE missing_since IS NULL GROUP BY code ORDER BY count(*) DESC, code
      """
    ) { counts.append((code: $0.text(0) ?? "", count: Int($0.integer(1) ?? 0))) }
    return counts
  }

  /// The codes of the failures, by the rows of their files.
  public func failedFiles() throws(CatalogueError) -> [Int64: String] {
    var files: [Int64: String] = [:]
    try database.run("SELECT file, code FROM failure") { files[$0.integer(0) ?? 0] = $0.text(1) }
    return files
  }
}

extension Catalogue {
  /// How much the library holds.
  public struct Counts: Equatable, Sendable {
    /// Sounds that at least one file holds.
    public var tracks = 0
    /// Files that are there.
    public var files = 0
    /// Files that the last scan did not find.
    public var missing = 0
    /// Files that are there and could not be made a track.
    public var failures = 0
    /// The length of all tracks together.
    public var seconds = 0.0
  }

  /// Counts what the library holds.
  public func counts() throws(CatalogueError) -> Counts {
    var counts = Counts()
    try database.run(
      """
      SELECT count(*), total(seconds) FROM track
      WHERE EXISTS (SELECT 1 FROM file WHERE file.track = track.number)
      """
    ) { row in
      counts.tracks = Int(row.integer(0) ?? 0)
      counts.seconds = row.real(1) ?? 0
    }
    counts.files = try count("SELECT count(*) FROM file WHERE missing_since IS NULL")
    counts.missing = try count("SELECT count(*) FROM file WHERE missing_since IS NOT NULL")
    counts.failures = try count(
      """
      SELECT count(*) FROM failure JOIN file ON file.number = failure.file
      WHERE missing_since IS NULL
      """)
    return counts
  }

  /// How many tracks there are that a file holds which is there.
  public func presentTrackCount() throws(CatalogueError) -> Int {
    try count("SELECT count(DISTINCT track) FROM file WHERE missing_since IS NULL")
  }

  /// How many vectors of a model there are.
  public func vectorCount(model: ModelRecord) throws(CatalogueError) -> Int {
    Int(
      try database.integer(
        "SELECT count(*) FROM embedding WHERE model = ?", [.integer(model.number)]) ?? 0)
  }

  /// Whether there is a vector of a model.
  public func hasVectors(model: ModelRecord) throws(CatalogueError) -> Bool {
    try database.integer(
      "SELECT 1 FROM embedding WHERE model = ? LIMIT 1", [.integer(model.number)]) != nil
  }

  private func count(_ sql: String) throws(CatalogueError) -> Int {
    Int(try database.integer(sql) ?? 0)
  }

  /// The tracks whose title, artist, album or file name has every word of `text`, best match first.
  ///
  /// A word also matches as the beginning of a longer one; case and accents do not count. Signs that
  /// are neither letters nor digits separate words.
  public func tracks(matching text: String, limit: Int) throws(CatalogueError) -> [Int64] {
    let words = text.split { !($0.isLetter || $0.isNumber) }
    guard !words.isEmpty, limit > 0 else { return [] }
    // Quoted, so that a word is never read as an operator of the search language.
    let pattern = words.map { "\"\($0)\"*" }.joined(separator: " ")
    var tracks: [Int64] = []
    var seen: Set<Int64> = []
    try database.run(
      """
      SELECT f.track FROM file_text JOIN file f ON f.number = file_text.rowid
      WHERE file_text MATCH ? AND f.track IS NOT NULL
      ORDER BY f.missing_since IS NOT NULL, bm25(file_text, 4.0, 3.0, 2.0, 1.0), f.path
      """, [.text(pattern)]
    ) { row in
      guard tracks.count < limit, let track = row.integer(0) else { return }
      if seen.insert(track).inserted { tracks.append(track) }
    }
    return tracks
  }

  /// The tracks one of whose files has a title, artist, album, genre or path that passes a test, in the
  /// order of the paths; those that a file holds which is there come first.
  public func tracks(
    whoseText passes: (String) -> Bool, limit: Int
  ) throws(CatalogueError) -> [Int64] {
    var tracks: [Int64] = []
    var seen: Set<Int64> = []
    try database.run(
      """
      SELECT track, title, artist, album, genre, path FROM file WHERE track IS NOT NULL
      ORDER BY missing_since IS NOT NULL, path
      """
    ) { row in
      guard tracks.count < limit, let track = row.integer(0), !seen.contains(track) else { return }
      let path = String(decoding: row.bytes(5), as: UTF8.self)
      guard (1...4).contains(where: { row.text($0).map(passes) ?? false }) || passes(path) else {
        return
      }
      seen.insert(track)
      tracks.append(track)
    }
    return tracks
  }

  /// The tracks whose artist is this one, whatever the case.
  public func tracks(artist: String) throws(CatalogueError) -> [Int64] {
    try tracks(
      named: artist, names: "SELECT DISTINCT artist FROM file WHERE artist NOTNULL",
      tracks: "SELECT DISTINCT track FROM file WHERE track NOTNULL AND artist = ?")
  }

  /// The tracks whose album is this one, whatever the case.
  public func tracks(album: String) throws(CatalogueError) -> [Int64] {
    try tracks(
      named: album, names: "SELECT DISTINCT album FROM file WHERE album NOTNULL",
      tracks: "SELECT DISTINCT track FROM file WHERE track NOTNULL AND album = ?")
  }

  /// The tracks whose genre is this one, whatever the case.
  public func tracks(genre: String) throws(CatalogueError) -> [Int64] {
    try tracks(
      named: genre, names: "SELECT DISTINCT genre FROM file WHERE genre NOTNULL",
      tracks: "SELECT DISTINCT track FROM file WHERE track NOTNULL AND genre = ?")
  }

  /// SQLite's own comparison knows the case of ASCII only, so the names are compared here.
  private func tracks(
    named name: String, names: String, tracks: String
  ) throws(CatalogueError) -> [Int64] {
    let wanted = name.lowercased()
    var spellings: [String] = []
    try database.run(names) { row in
      if let spelling = row.text(0), spelling.lowercased() == wanted { spellings.append(spelling) }
    }
    var found: Set<Int64> = []
    for spelling in spellings {
      try database.run(tracks, [.text(spelling)]) { found.insert($0.integer(0) ?? 0) }
    }
    return found.sorted()
  }
}

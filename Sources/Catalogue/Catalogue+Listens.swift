/// When tracks were heard, and which were put on a list.
public struct ListenRecord: Equatable, Sendable {
  /// What happened.
  public enum Kind: String, Sendable {
    /// Somebody played it.
    case played
    /// It was listed for somebody.
    case listed
  }

  /// The track.
  public let track: Int64
  /// What happened.
  public let kind: Kind
  /// Seconds since 1970, 0 where it is not known when.
  public let time: Int64
  /// How often.
  public let count: Int

  /// Makes a record.
  public init(track: Int64, kind: Kind, time: Int64, count: Int = 1) {
    self.track = track
    self.kind = kind
    self.time = time
    self.count = count
  }
}

extension Catalogue {
  static let listenTables = ["listen", "playlist_track"]

  /// Whether this library has room for listens and playlists: not one of an older schema that is only
  /// read.
  var holdsListens: Bool { schemaVersion >= Schema.listeningVersion }

  /// Keeps listens. One of the same track, kind and time replaces what was known: the same table may
  /// be read in twice.
  public func record(_ listens: some Sequence<ListenRecord>) throws(CatalogueError) {
    try atomically { () throws(CatalogueError) in
      for listen in listens {
        // What was listed counts for no popularity.
        if listen.kind == .listed {
          try besideFacts { () throws(CatalogueError) in try keep(listen) }
        } else {
          try keep(listen)
        }
      }
    }
  }

  private func keep(_ listen: ListenRecord) throws(CatalogueError) {
    try database.run(
      "INSERT OR REPLACE INTO listen (track, kind, time, count) VALUES (?, ?, ?, ?)",
      [
        .integer(listen.track), .text(listen.kind.rawValue), .integer(listen.time),
        Value(listen.count),
      ])
  }

  /// Whether anything is known of how often tracks were played.
  public func knowsPlays() throws(CatalogueError) -> Bool {
    guard holdsListens else { return false }
    let isListened = try database.integer("SELECT 1 FROM listen WHERE kind = 'played' LIMIT 1")
    if isListened != nil { return true }
    return try database.integer(
      "SELECT 1 FROM file WHERE track NOTNULL AND plays NOTNULL LIMIT 1") != nil
  }

  /// How often each track was played: by the listens read in or, in a library without any, by the
  /// labels of its files, the highest number of several. A track that is not named is not known to
  /// have been played.
  public func plays() throws(CatalogueError) -> [Int64: Int] {
    var plays: [Int64: Int] = [:]
    guard holdsListens else { return plays }
    try database.run("SELECT track, sum(count) FROM listen WHERE kind = 'played' GROUP BY track") {
      plays[$0.integer(0) ?? 0] = Int($0.integer(1) ?? 0)
    }
    guard plays.isEmpty else { return plays }
    try database.run(
      """
      SELECT track, max(plays) FROM file WHERE track NOTNULL AND plays NOTNULL GROUP BY track
      """
    ) { plays[$0.integer(0) ?? 0] = Int($0.integer(1) ?? 0) }
    return plays
  }

  /// The tracks that were played or listed at a time or later, in seconds since 1970.
  public func tracksHeard(since time: Int64) throws(CatalogueError) -> Set<Int64> {
    var tracks: Set<Int64> = []
    guard holdsListens else { return tracks }
    // Each once is what the set is for: asked for it, SQLite would rather go through all that there are.
    try database.run("SELECT track FROM listen WHERE time >= ?", [.integer(max(1, time))]) {
      tracks.insert($0.integer(0) ?? 0)
    }
    return tracks
  }

}

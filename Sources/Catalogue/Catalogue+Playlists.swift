/// A list that the library keeps and that can be made again.
public struct PlaylistRecord: Equatable, Sendable {
  /// What it is called on the command line.
  public let name: String
  /// What players show.
  public let title: String
  /// What it is about, nil where nothing is said.
  public let description: String?
  /// The words of the command that makes it, each as its bytes.
  public let recipe: [[UInt8]]
  /// When it was last made, in seconds since 1970.
  public let refreshed: Int64
  /// The tracks, in order.
  public let tracks: [Int64]

  /// Makes a record.
  public init(
    name: String, title: String, description: String? = nil, recipe: [[UInt8]], refreshed: Int64,
    tracks: [Int64]
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.recipe = recipe
    self.refreshed = refreshed
    self.tracks = tracks
  }
}

extension Catalogue {
  /// Keeps a playlist in the place of the one of its name.
  public func record(_ playlist: PlaylistRecord) throws(CatalogueError) {
    try atomically { () throws(CatalogueError) in
      try besideFacts { () throws(CatalogueError) in try keep(playlist) }
    }
  }

  private func keep(_ playlist: PlaylistRecord) throws(CatalogueError) {
    let number = try database.integer(
      """
      INSERT INTO playlist (name, title, description, recipe, refreshed) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET title = excluded.title, description = excluded.description,
        recipe = excluded.recipe, refreshed = excluded.refreshed
      RETURNING number
      """,
      [
        .text(playlist.name), .text(playlist.title), Value(playlist.description),
        .bytes(Array(playlist.recipe.joined(separator: [0]))), .integer(playlist.refreshed),
      ])
    guard let number else { throw damage }
    try database.run("DELETE FROM playlist_track WHERE playlist = ?", [.integer(number)])
    for (place, track) in playlist.tracks.enumerated() {
      try database.run(
        "INSERT INTO playlist_track (playlist, place, track) VALUES (?, ?, ?)",
        [.integer(number), Value(place), .integer(track)])
    }
  }

  /// The playlists, by name.
  public func playlists() throws(CatalogueError) -> [PlaylistRecord] {
    guard holdsListens else { return [] }
    return try consistently { () throws(CatalogueError) in
      var tracks: [Int64: [Int64]] = [:]
      try database.run("SELECT playlist, track FROM playlist_track ORDER BY playlist, place") {
        tracks[$0.integer(0) ?? 0, default: []].append($0.integer(1) ?? 0)
      }
      var playlists: [PlaylistRecord] = []
      try database.run(
        "SELECT number, name, title, description, recipe, refreshed FROM playlist ORDER BY name"
      ) { row in
        let recipe = row.bytes(4)
        playlists.append(
          PlaylistRecord(
            name: row.text(1) ?? "", title: row.text(2) ?? "", description: row.text(3),
            recipe: recipe.isEmpty
              ? [] : recipe.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) },
            refreshed: row.integer(5) ?? 0, tracks: tracks[row.integer(0) ?? 0] ?? []))
      }
      return playlists
    }
  }

  /// The playlist of a name, nil when there is none.
  public func playlist(named name: String) throws(CatalogueError) -> PlaylistRecord? {
    try playlists().first { $0.name == name }
  }

  /// Takes a playlist out.
  /// - Returns: whether there was one.
  public func removePlaylist(named name: String) throws(CatalogueError) -> Bool {
    var wasThere = false
    try atomically { () throws(CatalogueError) in
      let number = try database.integer(
        "SELECT number FROM playlist WHERE name = ?", [.text(name)])
      guard let number else { return }
      try besideFacts { () throws(CatalogueError) in
        try database.run("DELETE FROM playlist_track WHERE playlist = ?", [.integer(number)])
        try database.run("DELETE FROM playlist WHERE number = ?", [.integer(number)])
      }
      wasThere = true
    }
    return wasThere
  }
}

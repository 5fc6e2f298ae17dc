/// What is taken out of a library for good.
extension Catalogue {
  /// Runs `body` as one transaction in which SQLite does not look for rows that refer to those that are
  /// taken out. There is no index for that, so it would read all vectors for each track.
  private func transactionOfRemovals(
    _ body: () throws(CatalogueError) -> Void
  ) throws(CatalogueError) {
    precondition(!database.isInTransaction, "removals within another transaction")
    try database.execute("PRAGMA foreign_keys = OFF")
    defer { try? database.execute("PRAGMA foreign_keys = ON") }
    try transaction(body)
  }

  /// Takes files and tracks out, with all that is known of them: all of it, or nothing when it throws.
  /// A file that holds one of the tracks and stays is one that the next index run reads again. Not to be
  /// called in a transaction.
  public func remove(
    files: some Sequence<Int64>, tracks: some Collection<Int64>
  ) throws(CatalogueError) {
    try transactionOfRemovals { () throws(CatalogueError) in
      for file in files {
        try database.run(
          """
          INSERT INTO file_text (file_text, rowid, title, artist, album, name)
          SELECT 'delete', number, title, artist, album, name FROM file WHERE number = ?
          """, [.integer(file)])
        try database.run("DELETE FROM failure WHERE file = ?", [.integer(file)])
        try database.run("DELETE FROM file WHERE number = ?", [.integer(file)])
      }
      try removeFingerprints(of: tracks)
      let models = try models()
      for track in tracks {
        for model in models {
          try clearSections(of: track, model: model)
          try database.run(
            "DELETE FROM embedding WHERE model = ? AND track = ?",
            [.integer(model.number), .integer(track)])
        }
        for table in ["descriptor", "listen", "playlist_track"] {
          try database.run("DELETE FROM \(table) WHERE track = ?", [.integer(track)])
        }
        try detachFiles(where: "track = ?", [.integer(track)])
        try database.run("DELETE FROM track WHERE number = ?", [.integer(track)])
        vectorsChanged = true
      }
    }
  }
}

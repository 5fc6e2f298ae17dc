public import FileAccess

/// What filters and rankings ask of a track: its own numbers, and the labels of the file it is shown as.
public struct TrackFactRecord: Sendable {
  /// Its row.
  public let track: Int64
  /// The length of the whole.
  public let seconds: Double
  /// When the library first heard it, seconds since 1970; nil where that is not known.
  public let added: Int64?
  /// The file.
  public let path: FilePath
  /// The title of the piece.
  public let title: String?
  /// Who plays it.
  public let artist: String?
  /// The album it is on.
  public let album: String?
  /// Its genre, as written.
  public let genre: String?
  /// The year of release.
  public let year: Int?
  /// Its descriptors, nil where there are none.
  public let descriptors: DescriptorRecord?
}

extension Catalogue {
  /// Passes what is known of every track that a file holds which is there, by its row, to `body`.
  public func forEachTrackFacts(_ body: (TrackFactRecord) -> Void) throws(CatalogueError) {
    let held = heldDescriptors
    let descriptors = held.map { "d.\($0.column)" }.joined(separator: ", ")
    var last: Int64?
    try database.run(
      """
      SELECT t.number, t.seconds, \(holdsListens ? "t.added" : "NULL"), f.path, f.artist, f.album,
        f.genre, f.year, f.title, d.version, \(descriptors)
      FROM track t JOIN file f ON f.track = t.number AND f.missing_since IS NULL
        LEFT JOIN descriptor d ON d.track = t.number
      ORDER BY t.number, f.path
      """
    ) { row in
      guard let track = row.integer(0), track != last else { return }
      last = track
      body(
        TrackFactRecord(
          track: track, seconds: row.real(1) ?? 0, added: row.integer(2),
          path: FilePath(bytes: row.bytes(3)), title: row.text(8), artist: row.text(4),
          album: row.text(5),
          genre: row.text(6), year: row.integer(7).map(Int.init),
          descriptors: row.isNull(9) ? nil : DescriptorRecord(row, held, from: 9)))
    }
  }

  /// A number that is another one whenever anything changed but what was listed and what lists are kept, 0
  /// before the first change. It is drawn at random, as ``generation()`` is.
  public func revision() throws(CatalogueError) -> Int {
    Int(try setting(Self.revisionSetting) ?? "0") ?? 0
  }

  static var revisionSetting: String { "revision" }
}

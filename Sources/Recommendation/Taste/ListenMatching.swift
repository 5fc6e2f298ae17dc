public import Catalogue
public import FileAccess

/// Finds the library's tracks that listens tell of.
public struct ListenMatching {
  private let catalogue: Catalogue
  private var tracks: [String: [(track: Int64, album: String)]] = [:]

  /// Learns the names of all tracks.
  public init(_ catalogue: Catalogue) throws(CatalogueError) {
    self.catalogue = catalogue
    var tracks: [String: [(track: Int64, album: String)]] = [:]
    try catalogue.forEachTrackFacts { facts in
      guard let artist = facts.artist, let title = facts.title else { return }
      let entry = (track: facts.track, album: Self.folded(facts.album ?? ""))
      for key in Self.keys(artist, title) { tracks[key, default: []].append(entry) }
    }
    self.tracks = tracks
  }

  /// What was found.
  public struct Match: Equatable, Sendable {
    /// Listens of tracks of the library, one for each track and time.
    public var listens: [ListenRecord] = []
    /// How many listens those are.
    public var count = 0
    /// How many listens are of tracks that the library does not hold.
    public var unknown = 0
  }

  /// The library's tracks that listens tell of: by path, else by artist and title, whatever the case
  /// and the signs; of several, the one from the album that is told, else the first.
  public func match(_ table: ListenTable, relativeTo folder: FilePath) throws(CatalogueError)
    -> Match
  {
    var match = Match()
    var counts: [Key: Int] = [:]
    for row in table.rows {
      guard let track = try track(row, folder) else {
        match.unknown += row.count
        continue
      }
      match.count += row.count
      counts[Key(track: track, time: row.time), default: 0] += row.count
    }
    match.listens = counts.map {
      ListenRecord(track: $0.key.track, kind: .played, time: $0.key.time, count: $0.value)
    }
    .sorted { ($0.track, $0.time) < ($1.track, $1.time) }
    return match
  }

  private struct Key: Hashable {
    let track: Int64
    let time: Int64
  }

  private func track(
    _ row: ListenTable.Row, _ folder: FilePath
  ) throws(CatalogueError) -> Int64? {
    if let path = row.path, !path.isEmpty {
      return try catalogue.file(at: FilePath(path).absolute(in: folder))?.track
    }
    for key in Self.keys(row.artist, row.title) {
      guard let found = tracks[key] else { continue }
      let album = Self.folded(row.album)
      return (found.first { $0.album == album } ?? found.first)?.track
    }
    return nil
  }

  /// What a track goes by: its whole title first, then the title without what stands in brackets or
  /// behind a dash, such as "(Remastered)".
  private static func keys(_ artist: String, _ title: String) -> [String] {
    let artist = folded(artist)
    guard !artist.isEmpty else { return [] }
    let short = title.prefix { !"([".contains($0) }
    let undashed = String(short).firstRange(of: " - ").map { String(short)[..<$0.lowerBound] }
    var keys: [String] = []
    for name in [title, String(short), undashed.map(String.init) ?? String(short)] {
      let key = "\(artist)\u{0}\(folded(name))"
      if !folded(name).isEmpty, !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// Letters and digits alone, small.
  private static func folded(_ text: String) -> String {
    text.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}

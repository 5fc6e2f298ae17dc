public import Catalogue
internal import LatentSpace
internal import MusicLibrary

/// What the points of a map are coloured by.
public enum MapColour: Equatable, Sendable {
  /// The genre as written.
  case genre
  /// Who plays.
  case artist
  /// Groups that are found by their sound, as `playlist cluster` finds them.
  case cluster
  /// A number about each track.
  case descriptor(Descriptor)
  /// How far what the model draws of each track is from what it heard, where that was measured: the mean
  /// squared error.
  case reconstructionError
}

/// Tracks by what they are.
public enum MapColours: Equatable, Sendable {
  /// Kinds, that with the most tracks first, and which each track belongs to; nil for none of these.
  case kinds([String], of: [Int?])
  /// A number of each track, NaN where it is not known.
  case values([Float])
}

extension Recommender {
  /// Whether files that are there hold tracks, for each of them.
  public func areThere(_ tracks: [Int64]) throws(CatalogueError) -> [Bool] {
    let facts = try facts()
    return try facts.rows(of: tracks).map { $0 != nil }
  }

  /// What tracks are.
  /// - Parameters:
  ///   - limit: how many kinds at most; the tracks of the others belong to none.
  ///   - seed: what chance begins with where groups are looked for.
  /// - Throws: `CatalogueError`, `LatentSpaceError`.
  public func colours(
    of tracks: [Int64], by colour: MapColour, limit: Int, seed: UInt64
  ) throws -> MapColours {
    let facts = try facts()
    let rows = try facts.rows(of: tracks)
    switch colour {
    case .descriptor(let descriptor):
      let values = try facts.values(of: descriptor)
      return .values(
        rows.map { row in
          let value = row.map { values[$0] } ?? .nan
          return descriptor.range.contains(Double(value)) ? value : .nan
        })
    case .reconstructionError:
      let errors = try catalogue.reconstructionErrors(model: model)
      return .values(tracks.map { errors[$0] ?? .nan })
    case .genre:
      return try labelled(tracks, rows, facts.labels(.genre), limit) { $0.genre }
    case .artist:
      return try labelled(tracks, rows, facts.labels(.artist), limit) { $0.artist }
    case .cluster:
      let found = try clusters(by: .kMeans(count: nil), Query(vector: []), seed: seed).clusters
      var kinds: [Int64: Int] = [:]
      for (kind, cluster) in found.prefix(limit).enumerated() {
        for track in cluster.tracks { kinds[track] = kind }
      }
      return .kinds(found.prefix(limit).map(\.name), of: tracks.map { kinds[$0] })
    }
  }

  /// Kinds by labels; each has the name that its first track has.
  private func labelled(
    _ tracks: [Int64], _ rows: [Int?], _ labels: [UInt32], _ limit: Int,
    name: (TagRecord) -> String?
  ) throws(CatalogueError) -> MapColours {
    let own = rows.map { $0.map { labels[$0] } ?? 0 }
    var (counts, first) = ([UInt32: Int](), [UInt32: Int64]())
    for (track, label) in zip(tracks, own) where label > 0 {
      counts[label, default: 0] += 1
      if first[label] == nil { first[label] = track }
    }
    let largest = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit)
    var names: [String] = []
    for kind in largest {
      let track = try first[kind.key].flatMap { track throws(CatalogueError) in
        try catalogue.track(track)
      }
      names.append(track.flatMap { name($0.tags) } ?? "?")
    }
    let kinds = Dictionary(
      uniqueKeysWithValues: largest.enumerated().map { ($0.element.key, $0.offset) })
    return .kinds(names, of: own.map { kinds[$0] })
  }
}

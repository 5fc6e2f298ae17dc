public import Catalogue
internal import Embedding
internal import MusicLibrary

/// A track on a list.
public struct ListedTrack: Sendable {
  /// The track, as one of its files.
  public let track: TrackRecord
  /// A unit vector of the library's model.
  public let vector: [Float]
}

/// Lists of tracks, each of which meets the conditions and caps of a query. What a query says of the
/// order, of directions and of weights belongs to its answer and does not count here.
extension Recommender {
  /// Tracks that lead from each of several songs to the next in smooth steps.
  /// - Parameters:
  ///   - stops: unit vectors, two at least.
  ///   - query: how many tracks lie between all of them together, and what they are to be.
  /// - Returns: for each leg its tracks; fewer than were asked for where the library has no more.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public func path(through stops: [[Float]], _ query: Query) throws -> [[ListedTrack]] {
    precondition(stops.count > 1, "a path needs two ends")
    let pool = try pool(query)
    var path = TrackPath(pool: pool, taken: query.own)
    var caps = ListCaps(query)
    let legs = Array(zip(stops, stops.dropFirst()))
    let angles = legs.map { Double(TrackPath.angle($0.0, $0.1)) }
    return try zip(legs, Self.shares(of: query.count, by: angles)).map { leg, count in
      let found = try path.between(leg.0, leg.1, count: count, caps: caps)
      for candidate in found {
        path.taken.insert(candidate.track)
        caps.count(candidate.labels)
      }
      return try listed(found, pool)
    }
  }

  /// Tracks like each of several songs, and unlike each other.
  /// - Parameters:
  ///   - seeds: unit vectors, one at least.
  ///   - diversity: from 0, the nearest, to 1, the most different.
  /// - Returns: the songs take turns; ``TrackOrder`` makes a list of it that flows.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public func mix(of seeds: [[Float]], diversity: Double, _ query: Query) throws -> [ListedTrack] {
    let pool = try pool(query)
    let found = try TrackMix(pool: pool, diversity: Float(diversity)).tracks(
      of: seeds, count: query.count, caps: ListCaps(query),
      taken: query.includesSelf ? [] : query.own)
    return try listed(found, pool)
  }

  /// Tracks each of which is near to the one before, the first to the query.
  /// - Parameter drift: from 0, always near to the query, to 1, near only to the last one.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public func radio(_ query: Query, drift: Double) throws -> [ListedTrack] {
    let pool = try pool(query)
    let radio = TrackRadio(
      pool: pool, drift: Float(drift), variety: query.variety, seed: query.seed)
    let found = try radio.tracks(
      from: query.vector, count: query.count, caps: ListCaps(query),
      taken: query.includesSelf ? [] : query.own)
    return try listed(found, pool)
  }

  /// Tracks that are given, as they stand on a list; those that no file holds or that have no vector
  /// are left out.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public func listed(_ tracks: some Sequence<Int64>) throws -> [ListedTrack] {
    let pool = try pool(Query(vector: []))
    return try tracks.compactMap { track in
      guard let record = try pool.record(of: track), let vector = try pool.vector(of: track)
      else { return nil }
      return ListedTrack(track: record, vector: vector)
    }
  }

  private func listed(
    _ candidates: [TrackPool.Candidate], _ pool: TrackPool
  ) throws -> [ListedTrack] {
    try candidates.compactMap { candidate in
      try pool.record(of: candidate.track).map {
        ListedTrack(track: $0, vector: candidate.vector)
      }
    }
  }

  private func pool(_ query: Query) throws -> TrackPool {
    TrackPool(
      catalogue: catalogue, model: model, search: search,
      filter: try filter(for: query, query.needsFacts ? facts() : nil), excluded: query.leftOut,
      halves: halves)
  }

  /// A number shared out in proportion, whole, the largest remainders first.
  static func shares(of count: Int, by sizes: [Double]) -> [Int] {
    let sum = sizes.reduce(0, +)
    let exact = sizes.map {
      sum > 0 ? Double(count) * $0 / sum : Double(count) / Double(sizes.count)
    }
    var shares = exact.map { Int($0) }
    let order = exact.indices.sorted {
      let (left, right) = (exact[$0] - Double(shares[$0]), exact[$1] - Double(shares[$1]))
      return left != right ? left > right : $0 < $1
    }
    for place in order.prefix(count - shares.reduce(0, +)) { shares[place] += 1 }
    return shares
  }
}

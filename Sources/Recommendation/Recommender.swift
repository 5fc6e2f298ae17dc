public import Catalogue
public import Embedding
public import FileAccess
public import Hashing
internal import MusicLibrary
internal import VectorIndex

/// One track of an answer.
public struct Recommendation: Sendable {
  /// Its place, from 1.
  public let rank: Int
  /// The track, as one of its files.
  public let track: TrackRecord
  /// The cosine to the query, -1 to 1.
  public let similarity: Float
  /// The share of this library's pairs, in per cent, that are less alike; nil in a library of one.
  /// It is also nil where halves are weighted, because the pairs were compared without weights.
  public let percentile: Double?
  /// The Euclidean distance of the vectors before they were normalised; nil where the query goes by
  /// cosines.
  public let distance: Float?
  /// The cosine of each half of the vectors alone; none where they have no halves.
  public let halfSimilarities: [VectorHalf.Axis: Float]
  /// The part of the track that it was found by; nil where it was the track as a whole.
  public let section: TrackSection?
  /// The same recording in other encodings, which stand behind this track: nearest first. Only where
  /// the query collapses them.
  public let duplicates: [TrackRecord]
}

/// A part of a long track.
public struct TrackSection: Equatable, Sendable {
  /// Where it begins, in whole seconds from the beginning of the track.
  public let start: Int
  /// How long it is, in whole seconds.
  public let seconds: Int
}

/// Neighbours of a query among the tracks of a library.
public struct Answer: Sendable {
  /// The neighbours, nearest first.
  public let recommendations: [Recommendation]
  /// The library's own copies of what was asked about, which were left out; none when they were asked
  /// to stay in. Where the query collapses duplicates, its own are among them, after the rest.
  public let left: [TrackRecord]
  /// How many tracks could not be compared, because of vectors that came into the library before
  /// version 6 nobody knows how long they were; 0 where the query goes by cosines.
  public let unmeasured: Int

  /// Whether some are so near that they may be what was asked about in another encoding.
  public var mayHoldCopies: Bool {
    recommendations.contains { $0.similarity >= RecordingCheck.nearest }
  }

  /// Makes an answer.
  public init(recommendations: [Recommendation], left: [TrackRecord], unmeasured: Int = 0) {
    self.recommendations = recommendations
    self.left = left
    self.unmeasured = unmeasured
  }
}

/// Finds what a library holds that sounds like something.
public struct Recommender {
  let catalogue: Catalogue
  private let location: LibraryLocation
  let model: ModelRecord
  let search: LibrarySearch
  /// The halves of the model's vectors; none where they have none.
  public let halves: [VectorHalf]
  private let isResident: Bool
  private let known = KnownFacts()

  /// Opens a library's vectors of one model.
  /// - Parameters:
  ///   - halves: the halves of the model's vectors; none where they have none.
  ///   - resident: whether what is looked at with each query is kept in memory, for many queries.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public init(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord, halves: [VectorHalf] = [],
    resident: Bool = false
  ) throws {
    precondition(
      halves.isEmpty || halves.last?.range.upperBound == model.dimension,
      "\(halves) are no halves of a vector of \(model.dimension)")
    self.catalogue = catalogue
    self.location = location
    self.model = model
    self.halves = halves
    isResident = resident
    search = try LibrarySearch(
      catalogue: catalogue, location: location, model: model, resident: resident)
  }

  /// Whether there is nothing to find.
  public var isEmpty: Bool { search.count == 0 }

  /// The nearest tracks. Tracks none of whose files was found by the last scan are passed over.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public func answer(_ query: Query) throws -> Answer {
    let excluded = (query.includesSelf ? [] : query.own).union(query.leftOut)
    let vector = halves.balanced(query.vector)
    let weighted = query.weights.map { halves.weighted(vector, by: $0) } ?? vector
    let facts = query.needsFacts ? try facts() : nil
    let isByDistance = query.metric == .euclidean
    let met = try tracks(meeting: query, facts)
    let allowed = Self.allowed(by: query, met)
    let filter = isByDistance ? nil : try allowed.map { try search.filter(tracks: $0) }
    let distances =
      isByDistance
      ? try DistanceOrder(
        query, catalogue: catalogue, model: model, halves: halves, excluding: excluded,
        among: allowed.map { Set($0) }) : nil
    let ranking = try Ranking(
      query, vector: vector, search: search, facts: facts, met: met,
      vectorOf: { try search.vector(of: $0) })
    var listing = CollapsedListing.Listing()
    let copies = try OwnCopies(query, catalogue: catalogue, model: model)
    // Missing tracks, and how many there are of an artist, are known only by looking, so more are
    // fetched until there are enough.
    var wanted =
      ranking.room(for: query.count) + (query.includesSelf ? Self.twinCount : 0)
      + (query.collapses ? Self.twinCount : 0)
    while true {
      let neighbours =
        try distances?.neighbours(wanted)
        ?? nearest(weighted, count: wanted, excluding: excluded, among: filter, query)
      var caps = ListCaps(query)
      var found: [CollapsedListing.Place] = []
      var own: [TrackRecord] = []
      for neighbour in try ranking.ordered(neighbours)
      where query.collapses || found.count < query.count {
        guard
          let track = try catalogue.track(neighbour.key, inGeneration: search.generation),
          !track.isMissing
        else { continue }
        if try copies.hold(neighbour) {
          own.append(track)
          continue
        }
        guard query.collapses || caps.admit(track) else { continue }
        found.append(
          CollapsedListing.Place(
            track: track, similarity: neighbour.similarity, sectionStart: neighbour.sectionStart))
      }
      if query.collapses {
        listing = try CollapsedListing(catalogue: catalogue, model: model).collapse(found, query)
        listing.places = listing.places.filter { caps.admit($0.track) }
      } else {
        listing = CollapsedListing.Listing(found)
        listing.own = own
      }
      if listing.places.count >= query.count || neighbours.count < wanted { break }
      wanted *= 4
    }
    let found = try listing.places.prefix(query.count).enumerated().map { number, place in
      let section = try place.sectionStart.flatMap {
        try catalogue.section(of: place.track.number, at: $0, model: model)
      }
      let own =
        halves.isEmpty && distances == nil
        ? nil : try section?.vector ?? catalogue.vector(of: place.track.number, model: model)
      let similarity =
        distances == nil ? place.similarity : own.map { cosineSimilarity(weighted, $0) } ?? 0
      return Recommendation(
        rank: number + 1, track: place.track, similarity: max(-1, min(1, similarity)),
        percentile: query.weights == nil
          ? search.pairDistribution?.percentile(of: similarity) : nil,
        distance: distances?.distance(at: place.similarity),
        halfSimilarities: own.map { halves.similarities(vector, $0) } ?? [:],
        section: section.map { TrackSection(start: $0.start, seconds: $0.seconds) },
        duplicates: place.duplicates)
    }
    let left = try (query.includesSelf ? [] : query.own).sorted().compactMap {
      try catalogue.track($0)
    }
    return Answer(
      recommendations: found, left: left + listing.own, unmeasured: distances?.unknownCount ?? 0)
  }

  private func nearest(
    _ vector: [Float], count: Int, excluding excluded: Set<Int64>, among filter: TrackFilter?,
    _ query: Query
  ) throws -> [Neighbour] {
    let looked = query.isReversed ? vector.map { -$0 } : vector
    // Of what is unlike a query every part has to be unlike it.
    let found = try search.nearest(
      to: looked, count: count, excluding: excluded, among: filter,
      withSections: !query.isReversed)
    guard query.isReversed else { return Self.selfFirst(found, own: query.own) }
    return found.map { $0.with(similarity: -$0.similarity) }
  }

  /// The tracks that meet what a query demands, nil where it demands nothing.
  /// - Parameter facts: of the library, where the query needs them.
  func filter(for query: Query, _ facts: TrackFacts?) throws -> TrackFilter? {
    try Self.allowed(by: query, tracks(meeting: query, facts)).map {
      try search.filter(tracks: $0)
    }
  }

  /// The tracks that meet the conditions of a query; nil where it has none.
  private func tracks(meeting query: Query, _ facts: TrackFacts?) throws -> FoundTracks? {
    guard query.hasConditions, let facts else { return nil }
    return try ConditionCheck(facts: facts).tracks(for: query)
  }

  /// The tracks that a query demands, ascending where there are conditions; nil where it demands nothing.
  private static func allowed(by query: Query, _ met: FoundTracks?) -> [Int64]? {
    guard let met else { return query.only.map(Array.init) }
    return query.only.map { only in met.tracks.filter(only.contains) } ?? met.tracks
  }

  /// What is known of all tracks, in columns.
  func facts() throws(CatalogueError) -> TrackFacts {
    if isResident, let facts = known.facts, facts.revision == (try catalogue.revision()) {
      return facts
    }
    let facts = try TrackFacts(catalogue: catalogue, location: location, resident: isResident)
    if isResident { known.facts = facts }
    return facts
  }

  /// What was read for an earlier query.
  private final class KnownFacts {
    var facts: TrackFacts?
  }

  /// How many tracks that sound exactly like another are reckoned with.
  private static let twinCount = 16

  /// Puts a track before others that are as near but for rounding: what sounds the same in two files
  /// of different encoding should still be found as itself.
  private static func selfFirst(_ neighbours: [Neighbour], own: Set<Int64>) -> [Neighbour] {
    let rounding: Float = 1e-5
    return neighbours.map { neighbour in
      // The lengths of two unit vectors are rounded, so their cosine may go beyond 1.
      let similarity = max(-1, min(1, neighbour.similarity))
      return (
        neighbour: neighbour.with(similarity: similarity),
        place: similarity + (own.contains(neighbour.key) ? rounding : 0)
      )
    }
    .sorted {
      $0.place != $1.place ? $0.place > $1.place : $0.neighbour.key < $1.neighbour.key
    }
    .map(\.neighbour)
  }

  /// The library's tracks that are this file: of the same path or of the same sound.
  public func tracks(at path: FilePath, identity: Digest?) throws(CatalogueError) -> Set<Int64> {
    var tracks: Set<Int64> = []
    if let track = try catalogue.file(at: path)?.track { tracks.insert(track) }
    if let identity, let track = try catalogue.track(identity: identity) { tracks.insert(track) }
    return tracks
  }

  /// Whether the library holds a sound.
  public func holds(_ identity: Digest) throws(CatalogueError) -> Bool {
    try catalogue.track(identity: identity) != nil
  }

  /// The vector that stands for several tracks: their mean direction; nil when none has a vector.
  public func vector(of tracks: some Sequence<Int64>) throws(CatalogueError) -> [Float]? {
    var vectors: [[Float]] = []
    for track in tracks {
      if let vector = try catalogue.vector(of: track, model: model) { vectors.append(vector) }
    }
    return Self.direction(of: vectors)
  }

  /// The point that stands for several tracks: their mean; nil where none has a vector of known length.
  public func point(of tracks: some Sequence<Int64>) throws(CatalogueError) -> [Float]? {
    var points: [[Float]] = []
    for track in tracks {
      if let kept = try catalogue.embedding(of: track, model: model),
        let point = halves.point(kept.vector, lengths: kept.lengths)
      {
        points.append(point)
      }
    }
    return Self.mean(of: points)
  }

  /// The direction that goes towards some unit vectors and, half as much, away from others; nil when
  /// they cancel out.
  public static func direction(
    towards vectors: [[Float]], awayFrom others: [[Float]]
  ) -> [Float]? {
    guard let direction = direction(of: vectors) else { return nil }
    guard let away = Self.direction(of: others) else { return direction }
    return Self.direction(of: [direction, direction, away.map { -$0 }])
  }

  /// The mean direction of unit vectors; nil when there are none or they cancel out.
  public static func direction(of vectors: [[Float]]) -> [Float]? {
    guard let first = vectors.first else { return nil }
    if vectors.count == 1 { return first }
    var sum = [Float](repeating: 0, count: first.count)
    for vector in vectors {
      for (place, value) in vector.enumerated() { sum[place] += value }
    }
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 1e-6 else { return nil }
    return sum.map { $0 / length }
  }
}

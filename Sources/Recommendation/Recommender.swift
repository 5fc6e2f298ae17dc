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
  /// The cosine of each half of the vectors alone; none where they have no halves.
  public let halfSimilarities: [VectorHalf.Axis: Float]
  /// The same recording in other encodings, which stand behind this track: nearest first. Only where
  /// the query collapses them.
  public let duplicates: [TrackRecord]
}

/// Neighbours of a query among the tracks of a library.
public struct Answer: Sendable {
  /// The neighbours, nearest first.
  public let recommendations: [Recommendation]
  /// The library's own copies of what was asked about, which were left out; none when they were asked
  /// to stay in. Where the query collapses duplicates, its own are among them, after the rest.
  public let left: [TrackRecord]
}

/// What is looked for.
public struct Query: Sendable {
  /// A unit vector of the library's model.
  public var vector: [Float]
  /// The tracks that are the query itself.
  public var own: Set<Int64>
  /// Whether those may be among the answers.
  public var includesSelf: Bool
  /// How many answers are wanted at the most.
  public var count: Int
  /// How much each half of the vector counts, 1 where it is not named; nil to compare whole vectors.
  /// Not all are 0.
  public var weights: [VectorHalf.Axis: Float]?
  /// Whether of several tracks of one recording only the best is listed, and those of the query's own
  /// recordings count as the query itself.
  public var collapses = false
  /// What was heard of the query, to know its duplicates by; its own tracks need not be among it.
  public var heard: [HeardSound] = []

  /// Makes a query.
  public init(
    vector: [Float], own: Set<Int64> = [], includesSelf: Bool = false, count: Int = 10,
    weights: [VectorHalf.Axis: Float]? = nil
  ) {
    self.vector = vector
    self.weights = weights
    self.own = own
    self.includesSelf = includesSelf
    self.count = count
  }
}

/// Finds what a library holds that sounds like something.
public struct Recommender {
  private let catalogue: Catalogue
  private let model: ModelRecord
  private let search: LibrarySearch
  private let halves: [VectorHalf]

  /// Opens a library's vectors of one model.
  /// - Parameter halves: the halves of the model's vectors; none where they have none.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public init(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord, halves: [VectorHalf] = []
  ) throws {
    precondition(
      halves.isEmpty || halves.last?.range.upperBound == model.dimension,
      "\(halves) are no halves of a vector of \(model.dimension)")
    self.catalogue = catalogue
    self.model = model
    self.halves = halves
    search = try LibrarySearch(catalogue: catalogue, location: location, model: model)
  }

  /// Whether there is nothing to find.
  public var isEmpty: Bool { search.count == 0 }

  /// The nearest tracks. Tracks none of whose files was found by the last scan are passed over.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public func answer(_ query: Query) throws -> Answer {
    let excluded = query.includesSelf ? [] : query.own
    let vector = halves.balanced(query.vector)
    let weighted = query.weights.map { halves.weighted(vector, by: $0) } ?? vector
    var listing = CollapsedListing.Listing()
    // Missing tracks are known only by looking, so more are fetched until there are enough.
    var wanted =
      query.count + (query.includesSelf ? Self.twinCount : 0)
      + (query.collapses ? Self.twinCount : 0)
    while true {
      let neighbours = Self.selfFirst(
        try search.nearest(to: weighted, count: wanted, excluding: excluded), own: query.own)
      var found: [CollapsedListing.Place] = []
      for neighbour in neighbours where query.collapses || found.count < query.count {
        guard
          let track = try catalogue.track(neighbour.key, inGeneration: search.generation),
          !track.isMissing
        else { continue }
        found.append(
          CollapsedListing.Place(track: track, similarity: neighbour.similarity))
      }
      listing =
        query.collapses
        ? try CollapsedListing(catalogue: catalogue, model: model).collapse(found, query)
        : CollapsedListing.Listing(found)
      if listing.places.count >= query.count || neighbours.count < wanted { break }
      wanted *= 4
    }
    let found = try listing.places.prefix(query.count).enumerated().map { number, place in
      let own =
        halves.isEmpty ? nil : try catalogue.vector(of: place.track.number, model: model)
      return Recommendation(
        rank: number + 1, track: place.track, similarity: place.similarity,
        percentile: query.weights == nil
          ? search.pairDistribution?.percentile(of: place.similarity) : nil,
        halfSimilarities: own.map { halves.similarities(vector, $0) } ?? [:],
        duplicates: place.duplicates)
    }
    let left = try excluded.sorted().compactMap { try catalogue.track($0) }
    return Answer(recommendations: found, left: left + listing.own)
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
        neighbour: Neighbour(key: neighbour.key, similarity: similarity),
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

/// The tracks a person may mean by a text.
public enum TrackReference {
  /// What was found.
  public enum Resolution: Sendable {
    /// One track.
    case track(Int64)
    /// More than one; the first of them.
    case ambiguous([Int64])
    /// None.
    case none
  }

  /// Resolves a reference: the path of a file of the library, an identity or the beginning of one (at
  /// least eight digits, so that words and years are not taken for one), else a text search.
  /// - Parameters:
  ///   - text: what was typed.
  ///   - folder: what a relative path begins at.
  public static func resolve(
    _ text: FilePath, in catalogue: Catalogue, relativeTo folder: FilePath
  ) throws(CatalogueError) -> Resolution {
    if let track = try catalogue.file(at: text.absolute(in: folder))?.track { return .track(track) }
    let digits = text.string
    if (8...64).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit) {
      let tracks = try catalogue.tracks(identityPrefix: digits, limit: 10)
      if tracks.count == 1 { return .track(tracks[0]) }
      if !tracks.isEmpty { return .ambiguous(tracks) }
    }
    let tracks = try catalogue.tracks(matching: text.string, limit: 10)
    switch tracks.count {
    case 0: return .none
    case 1: return .track(tracks[0])
    default: return .ambiguous(tracks)
    }
  }
}

internal import Catalogue
internal import Embedding
internal import MusicLibrary
internal import VectorIndex

/// Puts neighbours into the order in which they are recommended: by similarity, and by whatever else a
/// query asks for.
struct Ranking {
  private let query: Query
  private let facts: TrackFacts?
  private let met: FoundTracks?
  private let proximity: MutualProximity?
  private let popularity: Popularity?
  private let vector: (Neighbour) throws -> [Float]?
  /// Between an everyday similarity and one that one pair in a hundred has.
  private let reach: Float

  /// - Parameters:
  ///   - vector: the query's, weighted.
  ///   - met: all tracks that can be neighbours and their rows among the facts; nil where that is not
  ///     known.
  ///   - vectorOf: the vector of a track, or of the section that was found.
  init(
    _ query: Query, vector: [Float], search: LibrarySearch, facts: TrackFacts?,
    met: FoundTracks?, vectorOf: @escaping (Neighbour) throws -> [Float]?
  ) throws {
    self.query = query
    self.facts = facts
    self.met = met
    self.vector = vectorOf
    let moments =
      query.dampsHubs || query.discovery != nil ? try search.moments() : nil
    proximity =
      query.dampsHubs && !query.isReversed && query.metric == .cosine
        && search.count >= Self.fewestForHubs
      ? moments.map { MutualProximity($0, query: vector) } : nil
    popularity = try query.discovery.flatMap { _ in
      try facts.map { try Popularity($0, moments: moments) }
    }
    reach = search.pairDistribution.map { $0.similarity(at: 99) - $0.similarity(at: 50) } ?? 0.2
  }

  /// Among fewer tracks there are no hubs to speak of, and mean and deviation are guesses.
  private static let fewestForHubs = 50

  /// How many neighbours are looked at for so many answers.
  func room(for count: Int) -> Int {
    if query.variety > 0 || query.discovery != nil || !query.aspects.isEmpty {
      return max(200, 20 * count)
    }
    if query.perArtist > 0 || query.perAlbum > 0 || proximity != nil { return max(100, 5 * count) }
    return count
  }

  /// Whether the order is that of similarity alone.
  var isPlain: Bool {
    query.aspects.isEmpty && proximity == nil && query.discovery == nil && query.variety == 0
  }

  /// The neighbours, those first that come first.
  func ordered(_ neighbours: [Neighbour]) throws -> [Neighbour] {
    guard !isPlain else { return neighbours }
    let rows = try rows(of: neighbours)
    let characters = query.aspects.isEmpty ? nil : try facts?.characters(ofRows: rows)
    let plays = try popularity?.plays(ofRows: rows)
    let valued = try neighbours.enumerated().map { place, neighbour in
      (
        neighbour: neighbour,
        value: try value(of: neighbour, characters?[place], plays?[place])
      )
    }
    return valued.sorted { left, right in
      left.value != right.value
        ? left.value > right.value : left.neighbour.key < right.neighbour.key
    }.map(\.neighbour)
  }

  /// Where the facts have them, as far as these are asked.
  private func rows(of neighbours: [Neighbour]) throws -> [Int?] {
    guard let facts, !query.aspects.isEmpty || popularity != nil else { return [] }
    let tracks = neighbours.map(\.key)
    return try met?.rows(of: tracks) ?? facts.rows(of: tracks)
  }

  /// - Parameters:
  ///   - character: what is known of it, where that matters.
  ///   - plays: how often it was played, where that is known and matters.
  private func value(
    of neighbour: Neighbour, _ character: SoundCharacter?, _ plays: Float?
  ) throws -> Float {
    var value = neighbour.similarity
    var own: [Float]?
    if proximity != nil || popularity?.needsVectors == true { own = try vector(neighbour) }
    if let proximity, let own { value = proximity.damped(value, to: own) }
    if !query.aspects.isEmpty {
      var weights: Float = 2
      if let halves = query.weights { weights = (halves[.time] ?? 1) + (halves[.frequency] ?? 1) }
      var sum = weights * (query.isReversed ? -value : value)
      for (aspect, weight) in query.aspects.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        sum += weight * aspect.agreement(query.character, character ?? SoundCharacter())
        weights += weight
      }
      value = (query.isReversed ? -sum : sum) / weights
    }
    if let discovery = query.discovery, let popularity {
      let share = popularity.share(plays: plays, vector: own)
      value += reach * Float((1 - 2 * discovery) * (share - 0.5))
    }
    if query.variety > 0 {
      value += 0.5 * reach * Float(query.variety * Chance.gumbel(query.seed, neighbour.key))
    }
    return value
  }
}

extension TrackFacts {
  /// What a person hears in the tracks of some rows, nil of those that have none.
  func characters(ofRows rows: [Int?]) throws(CatalogueError) -> [SoundCharacter?] {
    let known = rows.compactMap { $0 }
    var values: [Descriptor: [Float]] = [:]
    for descriptor in [Descriptor.tempo, .key, .mode, .loudness, .centroid, .energy] {
      values[descriptor] = try self.values(of: descriptor, ofRows: known)
    }
    var place = -1
    return rows.map { row in
      guard row != nil else { return nil }
      place += 1
      return SoundCharacter { descriptor in
        values[descriptor].flatMap { $0[place].isNaN ? nil : Double($0[place]) }
      }
    }
  }
}

internal import Catalogue
internal import MusicLibrary
internal import VectorIndex

/// Why a track is recommended.
public struct Explanation: Sendable {
  /// What a person hears in what was asked about.
  public let query: SoundCharacter
  /// What a person hears in the track.
  public let track: SoundCharacter
  /// How far the two agree, 1 for the same to -1 for worlds apart, in each aspect that is known of both.
  public let agreements: [Aspect: Float]
  /// How the similarity comes about; nil in a library too small to tell.
  public let shares: SimilarityShares?

  /// Makes one.
  public init(
    query: SoundCharacter, track: SoundCharacter, similarity: Float, model: SimilarityModel?
  ) {
    self.query = query
    self.track = track
    agreements = Aspect.allCases.reduce(into: [:]) { agreements, aspect in
      if aspect.distance(query, track) != nil {
        agreements[aspect] = aspect.agreement(query, track)
      }
    }
    shares = model?.shares(of: similarity, agreements: agreements)
  }

  /// The aspects that are known of both, those first that agree most.
  public var order: [Aspect] {
    Aspect.allCases.filter { agreements[$0] != nil }.sorted { left, right in
      let (first, second) = (agreements[left] ?? 0, agreements[right] ?? 0)
      return first != second ? first > second : left.rawValue < right.rawValue
    }
  }
}

extension Explanation {
  /// The aspects in which both are alike, agreeing by half and more, the most alike first.
  public var alike: [Aspect] { order.filter { (agreements[$0] ?? 0) >= 0.5 } }

  /// The aspects in which both are different, not agreeing at all, the most different last.
  public var different: [Aspect] { order.filter { (agreements[$0] ?? 0) <= 0 } }
}

extension Recommender {
  /// Tracks of the library whose pairs are looked at to learn what similarity goes with.
  private static let sampleSize = 256

  /// Why each track of an answer is there, in the same order.
  /// - Parameter query: with ``Query/character``.
  /// - Throws: `CatalogueError`.
  public func explain(_ answer: Answer, of query: Query) throws -> [Explanation] {
    let model = try similarityModel()
    return try answer.recommendations.map { found in
      Explanation(
        query: query.character,
        track: SoundCharacter(try catalogue.descriptors(of: found.track.number)),
        // Weighted halves would be another similarity than that of the library's pairs.
        similarity: found.similarity, model: query.weights == nil ? model : nil)
    }
  }

  /// Learnt from all pairs of tracks that are evenly spread over the library and of which every aspect is
  /// known.
  private func similarityModel() throws -> SimilarityModel? {
    let facts = try facts()
    let count = min(facts.count, Self.sampleSize)
    let rows = (0..<count).map { $0 * facts.count / count }
    let sample = zip(try facts.tracks(ofRows: rows), try facts.characters(ofRows: rows))
    var tracks: [(vector: [Float], character: SoundCharacter)] = []
    for (track, character) in sample {
      if let vector = try catalogue.vector(of: track, model: model) {
        tracks.append((vector, character ?? SoundCharacter()))
      }
    }
    var pairs: [(agreements: [Float], similarity: Float)] = []
    pairs.reserveCapacity(tracks.count * tracks.count / 2)
    for (place, left) in tracks.enumerated() {
      for right in tracks[..<place] {
        // An aspect that is not known of both says nothing of how it goes with similarity.
        let isKnown = Aspect.allCases.allSatisfy {
          $0.distance(left.character, right.character) != nil
        }
        guard isKnown else { continue }
        let agreements = Aspect.allCases.map { $0.agreement(left.character, right.character) }
        pairs.append((agreements, cosineSimilarity(left.vector, right.vector)))
      }
    }
    return SimilarityModel(pairs: pairs)
  }
}

internal import Catalogue
internal import MusicLibrary
internal import VectorIndex

/// How well-known each track is, by how often it was played; in a library that knows of no playing, by
/// how similar it is to all others: hubs stand in for hits.
struct Popularity {
  private let facts: TrackFacts
  private let moments: SimilarityMoments?
  /// The numbers of plays of those that were played, ascending; none where nothing is known.
  private let ascending: [Float]
  private let plays: [Float]

  init(_ facts: TrackFacts, moments: SimilarityMoments?) throws(CatalogueError) {
    self.facts = facts
    self.moments = moments
    plays = try facts.plays()
    ascending = plays.filter { !$0.isNaN }.sorted()
  }

  /// Whether it depends on the vectors.
  var needsVectors: Bool { ascending.isEmpty }

  /// The share of the library that is less well-known, 0 to 1. What was never played is as little known
  /// as anything.
  func share(of track: Int64, vector: [Float]?) throws(CatalogueError) -> Double {
    if needsVectors {
      return vector.flatMap { vector in moments.map { $0.centrality(of: vector) } } ?? 0.5
    }
    guard let row = facts.row(of: track), !plays[row].isNaN else { return 0 }
    var (low, high) = (0, ascending.count)
    while low < high {
      let middle = (low + high) / 2
      if ascending[middle] < plays[row] { low = middle + 1 } else { high = middle }
    }
    return Double(facts.count - ascending.count + low) / Double(facts.count)
  }
}

internal import Catalogue
internal import MusicLibrary
internal import VectorIndex

/// How well-known each track is, by how often it was played; in a library that knows of no playing, by
/// how similar it is to all others: hubs stand in for hits.
struct Popularity {
  private let facts: TrackFacts
  private let moments: SimilarityMoments?
  private let plays: [Float]
  /// How many tracks have been played fewer times than each number, up to the largest that is told
  /// apart; none where nothing is known.
  private let fewer: [Int]
  /// So often and oftener played is equally well-known.
  private static let mostPlays = 1 << 16

  init(_ facts: TrackFacts, moments: SimilarityMoments?) throws(CatalogueError) {
    self.facts = facts
    self.moments = moments
    plays = try facts.plays()
    // What was never played comes before all that was.
    var counts = [Int](repeating: 0, count: Self.mostPlays + 2)
    for count in plays { counts[count.isNaN ? 0 : Self.step(count) + 1] += 1 }
    guard counts[0] < plays.count else {
      fewer = []
      return
    }
    for step in 1..<counts.count { counts[step] += counts[step - 1] }
    fewer = counts
  }

  /// Whether it depends on the vectors.
  var needsVectors: Bool { fewer.isEmpty }

  /// The share of the library that is less well-known, 0 to 1. What was never played is as little known
  /// as anything.
  func share(of track: Int64, vector: [Float]?) throws(CatalogueError) -> Double {
    if needsVectors {
      return vector.flatMap { vector in moments.map { $0.centrality(of: vector) } } ?? 0.5
    }
    guard let row = facts.row(of: track), !plays[row].isNaN else { return 0 }
    return Double(fewer[Self.step(plays[row])]) / Double(plays.count)
  }

  private static func step(_ plays: Float) -> Int { Int(max(0, min(Float(mostPlays), plays))) }
}

internal import Catalogue
internal import MusicLibrary
internal import VectorIndex

/// How well-known each track is, by how often it was played; in a library that knows of no playing, by
/// how similar it is to all others: hubs stand in for hits.
struct Popularity {
  private let facts: TrackFacts
  private let moments: SimilarityMoments?
  /// How many tracks have been played fewer times than each number, up to the largest that is told
  /// apart; none where nothing is known.
  private let fewer: [UInt32]
  /// So often and oftener played is equally well-known.
  private static let mostPlays = 1 << 16

  init(_ facts: TrackFacts, moments: SimilarityMoments?) throws(CatalogueError) {
    self.facts = facts
    self.moments = moments
    var counts: [UInt32]
    var before: Int
    repeat {
      before = facts.renewals
      counts = [UInt32](repeating: 0, count: Self.mostPlays + 2)
      try facts.forEachPart(of: .plays) { _, plays in
        counts.withUnsafeMutableBufferPointer { counts in
          // What was never played comes before all that was.
          for count in plays { counts[count.isNaN ? 0 : Self.step(count) + 1] += 1 }
        }
      }
    } while facts.renewals != before
    guard Int(counts[0]) < facts.count else {
      fewer = []
      return
    }
    for step in 1..<counts.count { counts[step] += counts[step - 1] }
    fewer = counts
  }

  /// Whether it depends on the vectors.
  var needsVectors: Bool { fewer.isEmpty }

  /// How often the tracks of some rows were played; nil where that is not known.
  func plays(ofRows rows: [Int?]) throws(CatalogueError) -> [Float?] {
    guard !needsVectors else { return rows.map { _ in nil } }
    var known = try facts.plays(ofRows: rows.compactMap { $0 }).makeIterator()
    return rows.map { row in row.flatMap { _ in known.next() }.flatMap { $0.isNaN ? nil : $0 } }
  }

  /// The share of the library that is less well-known, 0 to 1. What was never played is as little known
  /// as anything.
  /// - Parameter plays: of the track.
  func share(plays: Float?, vector: [Float]?) -> Double {
    if needsVectors {
      return vector.flatMap { vector in moments.map { $0.centrality(of: vector) } } ?? 0.5
    }
    return plays.map { Double(fewer[Self.step($0)]) / Double(facts.count) } ?? 0
  }

  private static func step(_ plays: Float) -> Int { Int(max(0, min(Float(mostPlays), plays))) }
}

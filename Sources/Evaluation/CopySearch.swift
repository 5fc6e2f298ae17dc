/// Whether transformed copies of tracks find the tracks they were made from.
public struct CopyFigures: Equatable, Sendable {
  /// The share of copies to which their own track is nearer than every other.
  public let top1: Figure
  /// Mean reciprocal rank: 1 for a first place, 1/2 for a second, …; equally near ones count half.
  public let meanReciprocalRank: Figure
  /// Copies whose track is not in the gallery.
  public let missingCount: Int

  /// Measures. Other tracks of the same work are no rivals.
  /// - Parameters:
  ///   - distances: rows are copies, columns the gallery.
  ///   - copies: the track that each row was made from.
  ///   - gallery: the track of each column, each at most once.
  ///   - tracks: what those numbers count.
  public init(
    _ distances: some DistanceRows, copies: [Int], gallery: [Int], tracks: [LabelledTrack]
  ) {
    precondition(
      copies.count == distances.queryCount && gallery.count == distances.candidateCount,
      "\(copies.count) copies in \(gallery.count) tracks, and distances of another shape")
    let works = numbers(of: tracks.map(\.work))
    let places = Dictionary(uniqueKeysWithValues: gallery.enumerated().map { ($1, $0) })
    var first: [Double] = []
    var inverse: [Double] = []
    var missing = 0
    for (query, track) in copies.enumerated() {
      guard let target = places[track] else {
        missing += 1
        continue
      }
      let own = works[track]
      let row = distances.row(query)
      let wanted = row[target]
      var rank = 1.0
      for (candidate, distance) in row.enumerated()
      where candidate != target && (own == 0 || works[gallery[candidate]] != own) {
        if distance < wanted { rank += 1 } else if distance == wanted { rank += 0.5 }
      }
      first.append(rank == 1 ? 1 : 0)
      inverse.append(1 / rank)
    }
    let count = Double(gallery.count)
    let harmonic = gallery.indices.reduce(0.0) { $0 + 1 / Double($1 + 1) } / count
    top1 = Figure(first, chance: first.map { _ in 1 / count })
    meanReciprocalRank = Figure(inverse, chance: inverse.map { _ in harmonic })
    missingCount = missing
  }

  /// The means of the figures of several models, at least one, on the same copies.
  init(meanOf figures: [CopyFigures]) {
    top1 = Figure(meanOf: figures.map(\.top1))
    meanReciprocalRank = Figure(meanOf: figures.map(\.meanReciprocalRank))
    missingCount = figures[0].missingCount
  }
}

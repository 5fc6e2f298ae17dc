/// Whether some tracks are neighbours of everything and others of nothing.
public struct HubnessFigures: Equatable, Sendable {
  /// The skewness of how often a track is among the ten nearest of the others: 0 when all are
  /// wanted alike; a few hubs make it large (Radovanović, Nanopoulos and Ivanović 2010).
  public let skewness: Figure
  /// The share of tracks that are among the ten nearest of no other.
  public let orphans: Figure
  /// How often the most wanted track is.
  public let largest: Figure
  /// The share of the five nearest that come from the query's own source.
  public let sourcePrecision: Figure

  fileprivate init(_ occurrences: [Double], same: [Double], chance: [Double]) {
    orphans = Figure(occurrences.map { $0 == 0 ? 1 : 0 })
    largest = Figure(value: occurrences.max() ?? 0, count: occurrences.count)
    sourcePrecision = Figure(same, chance: chance)
    skewness = Figure(skewnessOf: occurrences)
  }

  /// The means of the figures of several models, at least one, on the same tracks.
  init(meanOf figures: [HubnessFigures]) {
    func mean(_ path: KeyPath<HubnessFigures, Figure>) -> Figure {
      Figure(meanOf: figures.map { $0[keyPath: path] })
    }
    skewness = mean(\.skewness)
    orphans = mean(\.orphans)
    largest = mean(\.largest)
    sourcePrecision = mean(\.sourcePrecision)
  }
}

/// Counts neighbours, a query after the other.
struct HubnessMeasure {
  private let sources: [Int]
  private var occurrences: [Double]
  private var same: [Double] = []
  private var chance: [Double] = []

  /// - Parameter sources: a number for the source of each track.
  init(sources: [Int]) {
    self.sources = sources
    occurrences = [Double](repeating: 0, count: sources.count)
  }

  /// - Parameter candidates: those that may count, nearest first.
  mutating func measure(_ query: Int, _ candidates: [Int]) {
    for candidate in candidates.prefix(RetrievalFigures.neighbourCount) {
      occurrences[candidate] += 1
    }
    // Where nothing may count, nothing is of the same source either.
    guard !candidates.isEmpty else { return }
    let matches = candidates.map { sources[$0] == sources[query] ? 1.0 : 0 }
    same.append(mean(matches.prefix(5)))
    chance.append(mean(matches[...]))
  }

  var figures: HubnessFigures { HubnessFigures(occurrences, same: same, chance: chance) }
}

private func mean(_ values: ArraySlice<Double>) -> Double {
  values.reduce(0, +) / Double(values.count)
}

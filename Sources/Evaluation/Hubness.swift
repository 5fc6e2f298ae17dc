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

  init(_ rankings: Rankings, sources: [String], isAllowed: (Int, Int) -> Bool) {
    let count = sources.count
    var occurrences = [Double](repeating: 0, count: count)
    var same: [Double] = []
    var chance: [Double] = []
    for query in 0..<count {
      let order = rankings.order(of: query) { isAllowed(query, $0) }
      for candidate in order.prefix(RetrievalFigures.neighbourCount) { occurrences[candidate] += 1 }
      // Where nothing may count, nothing is of the same source either.
      guard !order.isEmpty else { continue }
      let matches = order.map { sources[$0] == sources[query] ? 1.0 : 0 }
      same.append(mean(matches.prefix(5)))
      chance.append(mean(matches[...]))
    }
    orphans = Figure(occurrences.map { $0 == 0 ? 1 : 0 })
    largest = Figure(value: occurrences.max() ?? 0, count: count)
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

private func mean(_ values: ArraySlice<Double>) -> Double {
  values.reduce(0, +) / Double(values.count)
}

/// One measured figure: the mean of a value of each query, and how sure it is.
public struct Figure: Equatable, Sendable {
  /// The mean over the queries, or over groups of them; nil where there was no query.
  public let value: Double?
  /// The 95 % interval: queries drawn anew with replacement, ``rounds`` times, from a fixed seed.
  public let interval: ClosedRange<Double>?
  /// The mean that a random order of the candidates would get, where that is known.
  public let chance: Double?
  /// The mean that a perfect order would get, where that is known.
  public let ceiling: Double?
  /// The number of queries.
  public let count: Int

  /// What is computed of the queries' values.
  enum Statistic: Equatable, Sendable {
    /// The mean, or the mean of the means of groups: the number of each query's group.
    case mean(groups: [Int])
    /// The skewness of how the values are spread.
    case skewness
    /// Nothing that could be drawn anew.
    case none
  }

  let statistic: Statistic
  /// The value of each query, in their order; what a paired comparison is made from. Several such
  /// lists where the figure is the mean of the statistics of several models: of means there is always
  /// one, the mean of each query over the models.
  let samples: [[Double]]

  /// The only or first list of ``samples``.
  var values: [Double] { samples.first ?? [] }

  /// How often queries are drawn anew.
  public static let rounds = 1000
  static let seed: UInt32 = 20

  /// The mean of values, one of each query.
  /// - Parameters:
  ///   - groups: the name of each query's group: the figure is the mean over groups of their means.
  public init(
    _ values: [Double], chance: [Double]? = nil, ceiling: [Double]? = nil, groups: [String] = []
  ) {
    let names = Dictionary(
      uniqueKeysWithValues: Set(groups).sorted().enumerated().map { ($1, $0) })
    let numbers = groups.compactMap { names[$0] }
    let mean = MeanOfQueries(groups: numbers)
    self.init(
      .mean(groups: numbers), [values], chance: chance.flatMap { $0.isEmpty ? nil : mean($0) },
      ceiling: ceiling.flatMap { $0.isEmpty ? nil : mean($0) })
  }

  /// The skewness of values, one of each query.
  init(skewnessOf values: [Double]) {
    self.init(.skewness, [values], chance: nil, ceiling: nil)
  }

  private init(
    _ statistic: Statistic, _ samples: [[Double]], chance: Double?, ceiling: Double?
  ) {
    let measured = SampleStatistic(statistic, samples)
    let count = samples.first?.count ?? 0
    self.statistic = statistic
    self.samples = samples
    self.count = count
    value = count == 0 ? nil : measured.ofAll
    interval = count == 0 ? nil : Self.interval(count: count) { measured(of: $0) }
    (self.chance, self.ceiling) = (chance, ceiling)
  }

  /// A figure that cannot be drawn anew.
  init(value: Double, count: Int) {
    self.value = value
    self.count = count
    statistic = .none
    (interval, chance, ceiling, samples) = (nil, nil, nil, [])
  }

  /// The mean of one figure of several models, measured on the same queries. Its interval is that of
  /// the mean when the queries are drawn for all models alike.
  /// - Parameter figures: at least one.
  init(meanOf figures: [Figure]) {
    precondition(!figures.isEmpty, "the mean of no figures")
    let first = figures[0]
    precondition(
      figures.allSatisfy { $0.count == first.count && $0.statistic == first.statistic },
      "the mean of figures of different queries")
    func mean(_ values: [Double?]) -> Double? {
      let known = values.compactMap { $0 }
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
    switch first.statistic {
    case .mean:
      let values = first.values.indices.map { query in
        figures.reduce(0) { $0 + $1.values[query] } / Double(figures.count)
      }
      self.init(
        first.statistic, [values], chance: mean(figures.map(\.chance)),
        ceiling: mean(figures.map(\.ceiling)))
    case .skewness:
      self.init(.skewness, figures.flatMap(\.samples), chance: nil, ceiling: nil)
    case .none: self.init(value: mean(figures.map(\.value)) ?? 0, count: first.count)
    }
  }

  /// The 95 % interval of a statistic of a sample.
  /// - Parameters:
  ///   - count: the size of the sample, at least 1.
  ///   - statistic: of the elements with these numbers, some more than once.
  static func interval(
    count: Int, of statistic: ([Int]) -> Double
  ) -> ClosedRange<Double> {
    var random = RandomNumbers(seed: seed)
    var drawn = [Int](repeating: 0, count: count)
    var results: [Double] = []
    results.reserveCapacity(rounds)
    for _ in 0..<rounds {
      for place in drawn.indices { drawn[place] = random.integer(below: count) }
      results.append(statistic(drawn))
    }
    results.sort()
    return percentile(2.5, of: results)...percentile(97.5, of: results)
  }

  /// The percentile of sorted values, straight between the two nearest (NumPy's `linear`).
  private static func percentile(_ percent: Double, of sorted: [Double]) -> Double {
    let place = percent / 100 * Double(sorted.count - 1)
    let lower = Int(place)
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
  }
}

/// The mean of values of queries, or of the means of their groups.
struct MeanOfQueries {
  private let groups: [Int]
  private let groupCount: Int

  init(groups: [Int]) {
    self.groups = groups
    groupCount = (groups.max() ?? -1) + 1
  }

  func callAsFunction(_ values: [Double]) -> Double {
    self(values, of: Array(values.indices))
  }

  /// Of drawn queries only; a group of which none was drawn does not count.
  func callAsFunction(_ values: [Double], of drawn: [Int]) -> Double {
    if groups.isEmpty { return drawn.reduce(0) { $0 + values[$1] } / Double(drawn.count) }
    var sums = [Double](repeating: 0, count: groupCount)
    var counts = sums
    for query in drawn {
      sums[groups[query]] += values[query]
      counts[groups[query]] += 1
    }
    var total = 0.0
    var present = 0.0
    for (sum, count) in zip(sums, counts) where count > 0 {
      total += sum / count
      present += 1
    }
    return total / present
  }
}

/// How much one figure is above another of the same queries.
public struct PairedDifference: Equatable, Sendable {
  /// The first figure's value less the second's.
  public let value: Double
  /// The 95 % interval: the same queries are drawn for both, so that what makes a query hard for
  /// both does not blur what sets them apart.
  public let interval: ClosedRange<Double>

  /// Compares two figures; nil where they are not of the same queries, there are none, or they cannot
  /// be drawn anew.
  public init?(_ first: Figure, minus second: Figure) {
    guard first.count > 0, first.count == second.count, first.statistic == second.statistic else {
      return nil
    }
    switch first.statistic {
    case .none: return nil
    case .mean(let groups):
      let differences = zip(first.values, second.values).map { $0 - $1 }
      let mean = MeanOfQueries(groups: groups)
      value = mean(differences)
      interval = Figure.interval(count: differences.count) { mean(differences, of: $0) }
    case .skewness:
      let left = SampleStatistic(.skewness, first.samples)
      let right = SampleStatistic(.skewness, second.samples)
      value = left.ofAll - right.ofAll
      interval = Figure.interval(count: first.count) { left(of: $0) - right(of: $0) }
    }
  }
}

/// The mean over several models of a statistic of their values of the same queries.
private struct SampleStatistic {
  private let samples: [[Double]]
  private let single: ([Double], [Int]) -> Double

  init(_ statistic: Figure.Statistic, _ samples: [[Double]]) {
    self.samples = samples
    switch statistic {
    case .mean(let groups):
      let mean = MeanOfQueries(groups: groups)
      single = { mean($0, of: $1) }
    case .skewness: single = { values, drawn in skewness(of: drawn.map { values[$0] }) }
    case .none: single = { _, _ in 0 }
    }
  }

  /// Of all queries once.
  var ofAll: Double { self(of: Array((samples.first ?? []).indices)) }

  /// Of drawn queries.
  func callAsFunction(of drawn: [Int]) -> Double {
    samples.reduce(0) { $0 + single($1, drawn) } / Double(max(1, samples.count))
  }
}

/// How lopsided values are spread: the mean cube of their steps from the mean, in deviations; 0 where
/// they do not differ.
func skewness(of values: [Double]) -> Double {
  guard !values.isEmpty else { return 0 }
  let centre = values.reduce(0, +) / Double(values.count)
  var (squares, cubes) = (0.0, 0.0)
  for value in values {
    let step = value - centre
    squares += step * step
    cubes += step * step * step
  }
  let variance = squares / Double(values.count)
  return variance > 0 ? cubes / Double(values.count) / (variance * variance.squareRoot()) : 0
}

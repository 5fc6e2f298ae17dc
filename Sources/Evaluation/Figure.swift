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

  /// The value of each query, in their order; what a paired comparison is made from.
  let values: [Double]
  /// The number of each query's group, where means are taken over groups.
  let groups: [Int]

  /// How often queries are drawn anew.
  public static let rounds = 1000
  static let seed: UInt32 = 20

  /// The mean of values, one of each query.
  /// - Parameters:
  ///   - groups: the name of each query's group: the figure is the mean over groups of their means.
  init(
    _ values: [Double], chance: [Double]? = nil, ceiling: [Double]? = nil, groups: [String] = []
  ) {
    let names = Dictionary(
      uniqueKeysWithValues: Set(groups).sorted().enumerated().map { ($1, $0) })
    let numbers = groups.compactMap { names[$0] }
    let mean = MeanOfQueries(groups: numbers)
    self.values = values
    self.groups = numbers
    count = values.count
    guard !values.isEmpty else {
      (value, interval, self.chance, self.ceiling) = (nil, nil, nil, nil)
      return
    }
    value = mean(values)
    interval = Self.interval(count: values.count) { mean(values, of: $0) }
    self.chance = chance.map { mean($0) }
    self.ceiling = ceiling.map { mean($0) }
  }

  /// A figure that is no mean of queries.
  init(value: Double, interval: ClosedRange<Double>?, count: Int) {
    self.value = value
    self.interval = interval
    self.count = count
    (chance, ceiling, values, groups) = (nil, nil, [], [])
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

  /// Compares two figures; nil where they are not of the same queries or there are none.
  public init?(_ first: Figure, minus second: Figure) {
    guard !first.values.isEmpty, first.values.count == second.values.count,
      first.groups == second.groups
    else { return nil }
    let differences = zip(first.values, second.values).map { $0 - $1 }
    let mean = MeanOfQueries(groups: first.groups)
    value = mean(differences)
    interval = Figure.interval(count: differences.count) { mean(differences, of: $0) }
  }
}

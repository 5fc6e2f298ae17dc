/// How well queries find what belongs with them among their candidates.
public struct RetrievalFigures: Equatable, Sendable {
  /// Precision at depths: the share of the nearest k that belong with the query.
  public let precision: [(depth: Int, figure: Figure)]
  /// Mean average precision: of each one found, the share of hits from the first place to its own;
  /// their mean.
  public let meanAveragePrecision: Figure
  /// Labels: whether most of the ten nearest have the query's own.
  public let knn: Figure?
  /// The same, as a mean over labels of their means.
  public let knnMacro: Figure?
  /// Precision at the greatest depth as a mean over labels.
  public let precisionMacro: Figure?

  /// Precision at one of the depths asked for.
  public func precision(at depth: Int) -> Figure? {
    precision.first { $0.depth == depth }?.figure
  }

  /// Compares every figure.
  public static func == (left: RetrievalFigures, right: RetrievalFigures) -> Bool {
    left.precision.map(\.depth) == right.precision.map(\.depth)
      && left.precision.map(\.figure) == right.precision.map(\.figure)
      && left.meanAveragePrecision == right.meanAveragePrecision && left.knn == right.knn
      && left.knnMacro == right.knnMacro && left.precisionMacro == right.precisionMacro
  }
}

/// All candidates of each query in order, sorted once for all figures.
struct Rankings {
  private let orders: [[Int]]

  init(_ distances: DistanceMatrix) {
    orders = (0..<distances.queryCount).map { distances.ranking(of: $0) }
  }

  /// Those candidates that may count, nearest first.
  func order(of query: Int, where isAllowed: (Int) -> Bool) -> [Int] {
    orders[query].filter(isAllowed)
  }
}

/// Collects a value of each query with what chance and a perfect order would get.
private struct Column {
  private var values: [Double] = []
  private var chances: [Double] = []
  private var ceilings: [Double] = []

  mutating func append(_ value: Double, chance: Double, ceiling: Double) {
    values.append(value)
    chances.append(chance)
    ceilings.append(ceiling)
  }

  func figure(groups: [String] = []) -> Figure {
    Figure(values, chance: chances, ceiling: ceilings, groups: groups)
  }
}

extension RetrievalFigures {
  /// How many neighbours vote.
  static let neighbourCount = 10
  private static let guessCount = 50

  /// Measures. A query that nothing among its candidates belongs with does not count.
  /// - Parameters:
  ///   - isAllowed: whether a candidate may count for a query.
  ///   - isRelevant: whether a candidate belongs with a query.
  ///   - labels: of all tracks, where neighbours are to vote.
  init(
    _ rankings: Rankings, queries: [Int], depths: [Int], labels: [String]? = nil,
    isAllowed: (Int, Int) -> Bool, isRelevant: (Int, Int) -> Bool
  ) {
    var columns = depths.map { _ in Column() }
    var average = Column()
    var votes: (correct: [Double], guess: [Double], label: [String]) = ([], [], [])
    var random = RandomNumbers(seed: Figure.seed)
    let labelNumbers = labels.map { numbers(of: $0) } ?? []
    for query in queries {
      let order = rankings.order(of: query) { isAllowed(query, $0) }
      let hits = order.map { isRelevant(query, $0) }
      let found = hits.count { $0 }
      guard found > 0 else { continue }
      for (place, depth) in depths.enumerated() {
        let share = Double(found) / Double(order.count)
        columns[place].append(
          Double(hits.prefix(depth).count { $0 }) / Double(depth),
          chance: share * Double(min(depth, order.count)) / Double(depth),
          ceiling: Double(min(found, depth)) / Double(depth))
      }
      average.append(
        Self.averagePrecision(hits, found: found),
        chance: Self.expectedAveragePrecision(found: found, of: order.count), ceiling: 1)
      guard let labels else { continue }
      let pool = order.map { labelNumbers[$0] }
      let own = labelNumbers[query]
      votes.correct.append(Self.vote(pool.prefix(Self.neighbourCount)) == own ? 1 : 0)
      let lucky = (0..<Self.guessCount).count { _ in
        var guess = pool
        random.shuffle(&guess)
        return Self.vote(guess.prefix(Self.neighbourCount)) == own
      }
      votes.guess.append(Double(lucky) / Double(Self.guessCount))
      votes.label.append(labels[query])
    }
    precision = zip(depths, columns).map { ($0, $1.figure()) }
    meanAveragePrecision = average.figure()
    guard labels != nil else {
      (knn, knnMacro, precisionMacro) = (nil, nil, nil)
      return
    }
    knn = Figure(votes.correct, chance: votes.guess)
    knnMacro = Figure(votes.correct, chance: votes.guess, groups: votes.label)
    precisionMacro = columns.last?.figure(groups: votes.label)
  }

  private static func averagePrecision(_ hits: [Bool], found: Int) -> Double {
    var sum = 0.0
    var number = 0
    for (place, isHit) in hits.enumerated() where isHit {
      number += 1
      sum += Double(number) / Double(place + 1)
    }
    return sum / Double(found)
  }

  /// The mean of the average precision over all orders of `count` candidates, `found` of them
  /// relevant.
  private static func expectedAveragePrecision(found: Int, of count: Int) -> Double {
    let harmonic = (1...count).reduce(0.0) { $0 + 1 / Double($1) } / Double(count)
    guard count > 1 else { return harmonic }
    return harmonic + Double(found - 1) / Double(count - 1) * (1 - harmonic)
  }

  /// The most frequent label; of equally frequent ones the one that comes first.
  static func vote(_ labels: some Sequence<Int>) -> Int? {
    var counts: [(label: Int, count: Int)] = []
    for label in labels {
      if let place = counts.firstIndex(where: { $0.label == label }) {
        counts[place].count += 1
      } else {
        counts.append((label, 1))
      }
    }
    let most = counts.map(\.count).max()
    return counts.first { $0.count == most }?.label
  }
}

/// A number for each name, the same for the same name; 0 for none.
func numbers(of names: [String]) -> [Int] {
  var known: [String: Int] = ["": 0]
  return names.map { name in
    let number = known[name] ?? known.count
    known[name] = number
    return number
  }
}

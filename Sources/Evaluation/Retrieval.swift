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

  fileprivate static func averagePrecision(_ hits: [Bool], found: Int) -> Double {
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
  fileprivate static func expectedAveragePrecision(found: Int, of count: Int) -> Double {
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

/// Measures queries one after the other.
struct RetrievalMeasure {
  private let depths: [Int]
  private let isQuery: [Bool]
  private let labels: [String]?
  private let labelNumbers: [Int]
  private let isAllowed: (Int, Int) -> Bool
  private let isRelevant: (Int, Int) -> Bool
  private var columns: [Column]
  private var average = Column()
  private var votes: (correct: [Double], guess: [Double], label: [String]) = ([], [], [])
  private var random = RandomNumbers(seed: Figure.seed)

  private static let guessCount = 50

  /// - Parameters:
  ///   - queries: which of all tracks are queries.
  ///   - isAllowed: whether a candidate may count for a query.
  ///   - isRelevant: whether a candidate belongs with a query.
  ///   - labels: of all tracks, where neighbours are to vote.
  init(
    trackCount: Int, queries: [Int], depths: [Int], labels: [String]? = nil,
    isAllowed: @escaping (Int, Int) -> Bool, isRelevant: @escaping (Int, Int) -> Bool
  ) {
    var isQuery = [Bool](repeating: false, count: trackCount)
    for query in queries { isQuery[query] = true }
    (self.isQuery, self.depths, self.labels) = (isQuery, depths, labels)
    (self.isAllowed, self.isRelevant) = (isAllowed, isRelevant)
    labelNumbers = labels.map { numbers(of: $0) } ?? []
    columns = depths.map { _ in Column() }
  }

  /// Measures a track, if it is a query. One that nothing among its candidates belongs with does not
  /// count.
  /// - Parameter candidates: nearest first; those that may not count are passed over.
  mutating func measure(_ query: Int, _ candidates: [Int]) {
    guard isQuery[query] else { return }
    let order = candidates.filter { isAllowed(query, $0) }
    let hits = order.map { isRelevant(query, $0) }
    let found = hits.count { $0 }
    guard found > 0 else { return }
    for (place, depth) in depths.enumerated() {
      let share = Double(found) / Double(order.count)
      columns[place].append(
        Double(hits.prefix(depth).count { $0 }) / Double(depth),
        chance: share * Double(min(depth, order.count)) / Double(depth),
        ceiling: Double(min(found, depth)) / Double(depth))
    }
    average.append(
      RetrievalFigures.averagePrecision(hits, found: found),
      chance: RetrievalFigures.expectedAveragePrecision(found: found, of: order.count), ceiling: 1)
    guard let labels else { return }
    let pool = order.map { labelNumbers[$0] }
    let own = labelNumbers[query]
    let voters = RetrievalFigures.neighbourCount
    votes.correct.append(RetrievalFigures.vote(pool.prefix(voters)) == own ? 1 : 0)
    let lucky = (0..<Self.guessCount).count { _ in
      var guess = pool
      random.shuffle(&guess)
      return RetrievalFigures.vote(guess.prefix(voters)) == own
    }
    votes.guess.append(Double(lucky) / Double(Self.guessCount))
    votes.label.append(labels[query])
  }

  /// The figures of all queries so far.
  var figures: RetrievalFigures {
    RetrievalFigures(
      precision: zip(depths, columns).map { ($0, $1.figure()) },
      meanAveragePrecision: average.figure(),
      knn: labels.map { _ in Figure(votes.correct, chance: votes.guess) },
      knnMacro: labels.map { _ in
        Figure(votes.correct, chance: votes.guess, groups: votes.label)
      },
      precisionMacro: labels == nil ? nil : columns.last?.figure(groups: votes.label))
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

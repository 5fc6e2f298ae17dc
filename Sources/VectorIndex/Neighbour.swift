/// One answer of a search.
public struct Neighbour: Equatable, Sendable {
  /// Whose vector it is: the key given when it was stored, without the section (``SectionKey``).
  public let key: Int64
  /// The cosine of the angle to the query, -1 to 1.
  public let similarity: Float
  /// Where the section begins whose vector it is, in whole seconds; nil where it is that of the whole.
  public let sectionStart: Int?
  /// The row of the collection that was searched, where it is known: to get at the vector without
  /// looking for it.
  let row: Int?

  /// Makes an answer.
  public init(key: Int64, similarity: Float, sectionStart: Int? = nil) {
    self.init(key: key, similarity: similarity, sectionStart: sectionStart, row: nil)
  }

  private init(key: Int64, similarity: Float, sectionStart: Int?, row: Int?) {
    self.key = key
    self.similarity = similarity
    self.sectionStart = sectionStart
    self.row = row
  }

  /// The answer of a row, whose key is the number of the entry.
  init(_ entry: (score: Float, number: Int), row: Int?) {
    let key = Int64(entry.number)
    self.init(
      key: SectionKey.owner(of: key), similarity: entry.score,
      sectionStart: SectionKey.start(of: key), row: row)
  }

  /// The same answer with another similarity.
  public func with(similarity: Float) -> Neighbour {
    Neighbour(key: key, similarity: similarity, sectionStart: sectionStart, row: row)
  }

  /// The same answer as that of one of its sections.
  public func with(sectionOf other: Neighbour) -> Neighbour {
    precondition(other.key == key, "a section of \(other.key) for \(key)")
    return Neighbour(
      key: key, similarity: similarity, sectionStart: other.sectionStart, row: other.row)
  }

  /// What stands in the row.
  var rowKey: Int64 { sectionStart.map { SectionKey.key(owner: key, start: $0) } ?? key }

  /// Whether two are the same, wherever they were found.
  public static func == (left: Neighbour, right: Neighbour) -> Bool {
    left.key == right.key && left.similarity == right.similarity
      && left.sectionStart == right.sectionStart
  }
}

/// The best few of many scores: kept as a heap whose root is the worst that is still in.
///
/// Equal scores keep the one with the smaller number, so the result does not depend on the order in
/// which scores come.
struct BestScores {
  private(set) var entries: [(score: Float, number: Int)] = []
  let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    entries.reserveCapacity(min(capacity, 1 << 16))
  }

  /// Whether there are as many as it has room for.
  var isFull: Bool { entries.count == capacity }

  /// A score must be greater than this, or equal to it, to have a chance.
  var threshold: Float {
    entries.count < capacity ? -.infinity : (entries.first?.score ?? .infinity)
  }

  mutating func offer(_ score: Float, _ number: Int) {
    if entries.count < capacity {
      entries.append((score, number))
      rise(from: entries.count - 1)
    } else if let worst = entries.first, Self.isWorse(worst, (score, number)) {
      entries[0] = (score, number)
      sink()
    }
  }

  /// The entries, best first.
  var sorted: [(score: Float, number: Int)] { entries.sorted { Self.isWorse($1, $0) } }

  private static func isWorse(
    _ left: (score: Float, number: Int), _ right: (score: Float, number: Int)
  ) -> Bool {
    left.score != right.score ? left.score < right.score : left.number > right.number
  }

  private mutating func rise(from start: Int) {
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      guard Self.isWorse(entries[place], entries[parent]) else { return }
      entries.swapAt(place, parent)
      place = parent
    }
  }

  private mutating func sink() {
    var place = 0
    while true {
      var worst = place
      let child = 2 * place + 1
      if child < entries.count, Self.isWorse(entries[child], entries[worst]) { worst = child }
      if child + 1 < entries.count, Self.isWorse(entries[child + 1], entries[worst]) {
        worst = child + 1
      }
      if worst == place { return }
      entries.swapAt(place, worst)
      place = worst
    }
  }
}

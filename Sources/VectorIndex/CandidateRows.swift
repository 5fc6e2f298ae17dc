/// The best few of very many scores, gathered with little work for each: scores that are good enough are
/// put down, and when there are twice as many as are wanted the worse half goes.
///
/// Which are kept is the same as with ``BestScores``: of equal scores those with the smaller numbers.
struct CandidateRows {
  private var entries: [(score: Float, number: Int)] = []
  private let capacity: Int

  /// A score must be greater than this, or equal to it, to have a chance.
  private var threshold = -Float.infinity

  /// - Parameter capacity: how many are kept, one at least.
  init(capacity: Int) {
    precondition(capacity > 0, "room for \(capacity) candidates")
    self.capacity = capacity
    entries.reserveCapacity(2 * capacity)
  }

  mutating func offer(_ score: Float, _ number: Int) {
    guard score >= threshold else { return }
    entries.append((score, number))
    if entries.count == 2 * capacity { halve() }
  }

  /// The best, in any order.
  var kept: [(score: Float, number: Int)] {
    var copy = self
    if copy.entries.count > capacity { copy.halve() }
    return copy.entries
  }

  /// The best, best first.
  var sorted: [(score: Float, number: Int)] { kept.sorted { Self.isBetter($0, $1) } }

  private static func isBetter(
    _ left: (score: Float, number: Int), _ right: (score: Float, number: Int)
  ) -> Bool {
    left.score != right.score ? left.score > right.score : left.number < right.number
  }

  /// Keeps the best ``capacity``, in any order (Hoare's selection).
  private mutating func halve() {
    let last = capacity - 1
    entries.withUnsafeMutableBufferPointer { entries in
      var (low, high) = (0, entries.count - 1)
      while low < high {
        let pivot = entries[(low + high) / 2]
        var (left, right) = (low, high)
        while left <= right {
          while Self.isBetter(entries[left], pivot) { left += 1 }
          while Self.isBetter(pivot, entries[right]) { right -= 1 }
          if left <= right {
            entries.swapAt(left, right)
            left += 1
            right -= 1
          }
        }
        if last <= right { high = right } else if last >= left { low = left } else { break }
      }
    }
    // What was selected last stands in its place: all before it are better.
    threshold = entries[last].score
    entries.removeSubrange(capacity...)
  }
}

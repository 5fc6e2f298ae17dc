/// How far two words are from one another, to guess what a mistyped one was meant to be.
package enum EditDistance {
  /// The least number of letters to insert, delete, change or swap with a neighbour that turns one
  /// word into the other (optimal string alignment; Damerau 1964).
  package static func between(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let isSame = left[row] == right[column]
        var least = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }

  /// The word most like the one typed, or nil when none is near: it may differ by a third of its
  /// letters, or be the only one that begins as typed.
  package static func nearest(to typed: String, among words: [String]) -> String? {
    // Longer than any option: a name, not a slip of the finger. It also bounds the work.
    guard typed.utf8.count <= 64 else { return nil }
    let starting = words.filter { typed.count >= 2 && $0.hasPrefix(typed) }
    if starting.count == 1 { return starting[0] }
    let distances = words.map { (word: $0, distance: between(typed.lowercased(), $0)) }
    guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, max(typed.count, best.word.count) / 3) ? best.word : nil
  }
}

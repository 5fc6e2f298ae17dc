internal import CVectorKernels

/// Vectors in memory and the nearest of them by comparing with every one: the definition that the
/// search file is measured against.
public struct ExactSearch: Sendable {
  /// The length of each vector.
  public let dimension: Int
  /// Whose vectors these are, in order.
  public let keys: [Int64]
  /// keys.count × dimension, row-major; each row a unit vector.
  public let values: [Float]

  /// Takes unit vectors.
  public init(dimension: Int, keys: [Int64], values: [Float]) {
    precondition(
      values.count == keys.count * dimension,
      "\(keys.count) vectors of \(dimension) have \(keys.count * dimension) values, not \(values.count)"
    )
    self.dimension = dimension
    self.keys = keys
    self.values = values
  }

  /// How many of the vectors are of wholes: those before the first section.
  public var wholeCount: Int { keys.firstIndex(where: SectionKey.isSection) ?? keys.count }

  /// The nearest vectors by cosine, nearest first; of equal ones the smaller key first.
  /// - Parameters:
  ///   - query: a unit vector of ``dimension`` values.
  ///   - count: how many at the most.
  ///   - excluded: keys that do not count, nor do their sections.
  ///   - rows: the rows that count, of this collection; nil for all.
  public func nearest(
    to query: [Float], count: Int, excluding excluded: Set<Int64> = [], among rows: RowSet? = nil
  ) -> [Neighbour] {
    precondition(
      query.count == dimension, "a query of \(query.count) values among vectors of \(dimension)")
    precondition(
      (rows?.rowCount ?? keys.count) == keys.count,
      "a set of \(rows?.rowCount ?? 0) rows among \(keys.count)")
    guard count > 0 else { return [] }
    var best = BestScores(capacity: min(count, keys.count))
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      for (row, key) in keys.enumerated()
      where rows?.contains(row) ?? true && !excluded.contains(SectionKey.owner(of: key)) {
        best.offer(cvk_dot(start + row * dimension, query, dimension), Int(key))
      }
    }
    return best.sorted.map { Neighbour($0, row: nil) }
  }

  /// The rows that have one of these keys, and those of their sections. Keys that no row has do not matter.
  public func rows(of keys: some Sequence<Int64>) -> RowSet {
    var selection = RowSelection(rowCount: self.keys.count, keys: keys)
    for key in self.keys { selection.pass(key) }
    return selection.rows
  }
}

/// The cosine of the angle between two unit vectors of the same length.
public func cosineSimilarity(_ left: [Float], _ right: [Float]) -> Float {
  precondition(left.count == right.count, "vectors of \(left.count) and \(right.count) values")
  return cvk_dot(left, right, left.count)
}

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

  /// The nearest vectors by cosine, nearest first; of equal ones the smaller key first.
  /// - Parameters:
  ///   - query: a unit vector of ``dimension`` values.
  ///   - count: how many at the most.
  ///   - excluded: keys that do not count.
  public func nearest(
    to query: [Float], count: Int, excluding excluded: Set<Int64> = []
  ) -> [Neighbour] {
    precondition(
      query.count == dimension, "a query of \(query.count) values among vectors of \(dimension)")
    guard count > 0 else { return [] }
    var scores: [Neighbour] = []
    scores.reserveCapacity(keys.count)
    values.withUnsafeBufferPointer { rows in
      guard let start = rows.baseAddress else { return }
      for (row, key) in keys.enumerated() where !excluded.contains(key) {
        let similarity = cvk_dot(start + row * dimension, query, dimension)
        scores.append(Neighbour(key: key, similarity: similarity))
      }
    }
    scores.sort {
      $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.key < $1.key
    }
    return Array(scores.prefix(count))
  }
}

/// The cosine of the angle between two unit vectors of the same length.
public func cosineSimilarity(_ left: [Float], _ right: [Float]) -> Float {
  precondition(left.count == right.count, "vectors of \(left.count) and \(right.count) values")
  return cvk_dot(left, right, left.count)
}

/// Distances that are all at hand.
public struct DistanceMatrix: DistanceRows, Equatable {
  /// The number of queries (rows).
  public let queryCount: Int
  /// The number of candidates (columns).
  public let candidateCount: Int
  /// queryCount × candidateCount, row-major.
  public let values: [Double]

  /// Takes distances.
  /// - Parameter values: queryCount × candidateCount finite values, row-major.
  public init(queryCount: Int, candidateCount: Int, values: [Double]) {
    precondition(
      values.count == queryCount * candidateCount,
      "\(queryCount) × \(candidateCount) distances, and \(values.count) values")
    precondition(values.allSatisfy(\.isFinite), "a distance that is not finite")
    self.queryCount = queryCount
    self.candidateCount = candidateCount
    self.values = values
  }

  /// Computes all distances.
  public init(_ rows: some DistanceRows) {
    self.init(
      queryCount: rows.queryCount, candidateCount: rows.candidateCount,
      values: (0..<rows.queryCount).flatMap { rows.row($0) })
  }

  /// One query's distances.
  public func row(_ query: Int) -> [Double] {
    Array(values[(query * candidateCount)..<((query + 1) * candidateCount)])
  }
}

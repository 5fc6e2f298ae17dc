/// How far each candidate is from each query: the smaller, the nearer.
public struct DistanceMatrix: Equatable, Sendable {
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

  /// 1 less the cosine of the angle between vectors. A vector of length 0 has distance 1 to all.
  /// - Parameters:
  ///   - queries: vectors of one length and of finite values.
  ///   - candidates: vectors of the same length.
  public init(cosine queries: [[Float]], _ candidates: [[Float]]) {
    let dimension = queries.first?.count ?? candidates.first?.count ?? 0
    let left = Self.unitRows(queries, dimension)
    let right = Self.unitRows(candidates, dimension)
    var values: [Double] = []
    values.reserveCapacity(queries.count * candidates.count)
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        for query in queries.indices {
          for candidate in candidates.indices {
            var sum = 0.0
            for axis in 0..<dimension {
              sum += left[query * dimension + axis] * right[candidate * dimension + axis]
            }
            values.append(1 - sum)
          }
        }
      }
    }
    self.init(queryCount: queries.count, candidateCount: candidates.count, values: values)
  }

  /// One query's distances.
  subscript(query: Int) -> ArraySlice<Double> {
    values[(query * candidateCount)..<((query + 1) * candidateCount)]
  }

  /// The candidates of a query, nearest first; of equally near ones the earlier first.
  func ranking(of query: Int) -> [Int] {
    let start = query * candidateCount
    return values.withUnsafeBufferPointer { values in
      (0..<candidateCount).sorted {
        let (left, right) = (values[start + $0], values[start + $1])
        return left != right ? left < right : $0 < $1
      }
    }
  }

  private static func unitRows(_ vectors: [[Float]], _ dimension: Int) -> [Double] {
    var rows: [Double] = []
    rows.reserveCapacity(vectors.count * dimension)
    for vector in vectors {
      precondition(vector.count == dimension, "vectors of \(vector.count) and \(dimension) values")
      let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      rows += vector.map { Double($0) / max(length, 1e-12) }
    }
    return rows
  }
}

/// Which vectors lie within a radius of one another.
///
/// Squared distances are computed as `Float`; where that is not sure to fall on the right side, once
/// more as `Double`.
struct Nearness: Sendable {
  private let vectors: VectorSet
  private let squaredRadius: Double
  /// Squared distances below are within the radius, and those above are not.
  private let unsure: ClosedRange<Float>

  init(radius: Double, of vectors: VectorSet) {
    self.vectors = vectors
    squaredRadius = radius * radius
    // A sum of n products of rounded differences is off by at most n + 2 roundings of 2⁻²⁴.
    let share = Double(vectors.dimension + 8) * 0x1p-23
    // Squares of steps below 1e-19 are lost in a Float.
    let lost = Double(vectors.dimension) * 1e-37
    let largest = Double(Float.greatestFiniteMagnitude)
    let lower = min(largest, max(0, squaredRadius * (1 - share) - lost))
    unsure = Float(lower)...Float(min(largest, squaredRadius * (1 + share) + lost))
  }

  private func isWithin(_ squaredDistance: Float, _ left: Int, _ right: Int) -> Bool {
    if squaredDistance < unsure.lowerBound { return true }
    if squaredDistance > unsure.upperBound { return false }
    return vectors.exactSquaredDistance(left, right) <= squaredRadius
  }

  /// Whether each of some rows has at least as many neighbours, itself among them.
  func haveNeighbours(_ wanted: Int, rows: Range<Int>) -> [Bool] {
    var counts = [Int](repeating: 0, count: rows.count)
    var distances = [Float](repeating: 0, count: vectors.blockLength)
    for block in RowBlocks.ranges(of: vectors.count, length: vectors.blockLength) {
      for row in rows where counts[row - rows.lowerBound] < wanted {
        vectors.squaredDistances(from: row, to: block, into: &distances)
        var count = 0
        for (place, other) in block.enumerated() where isWithin(distances[place], row, other) {
          count += 1
        }
        counts[row - rows.lowerBound] += count
      }
    }
    return counts.map { $0 >= wanted }
  }

  /// Those of some rows that lie near one of others.
  func rows(_ rows: [Int], nearOneOf others: [Int]) -> [Int] {
    let others = (rows: others, vectors: vectors.selecting(others))
    // Few at a time, for often one of the first is near.
    let parts = RowBlocks.ranges(of: others.rows.count, length: 16)
    var distances = [Float](repeating: 0, count: 16)
    return vectors.values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return [] }
      return rows.filter { row in
        parts.contains { part in
          others.vectors.squaredDistances(
            from: first + row * vectors.dimension, to: part, into: &distances)
          return part.enumerated().contains { place, number in
            isWithin(distances[place], row, others.rows[number])
          }
        }
      }
    }
  }
}

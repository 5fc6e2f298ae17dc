internal import CVectorKernels
internal import ParallelWork

/// Runs through rows in blocks that stay in the processor's caches.
enum RowBlocks {
  /// The rows of a block whose neighbours are looked for together.
  static let queryCount = 64

  /// Results for the numbers up to a count, in their order, from several threads. Each is computed by
  /// itself, so that they do not depend on how many threads there are.
  static func map<Result: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(count)
    forEach(count, work) { results.append($1) }
    return results
  }

  /// The same, handed over one after the other on the calling thread.
  static func forEach<Result: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) -> Result,
    receive: (_ number: Int, Result) -> Void
  ) {
    let width = min(ParallelWork.processorCount, count)
    if width < 2 {
      for number in 0..<count { receive(number, work(number)) }
      return
    }
    ParallelWork.run(0..<count, width: width, ordered: true, work: work) { number, result in
      receive(number, result)
      return true
    }
  }

  /// A number of rows cut into ranges of at most a length.
  static func ranges(of count: Int, length: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
  }
}

extension VectorSet {
  /// How many rows fill half of a small second-level cache: 128 KiB.
  var blockLength: Int { max(16, (128 << 10) / (4 * dimension)) }

  /// The squared distances from a vector to rows.
  /// - Parameters:
  ///   - vector: `dimension` values.
  ///   - distances: room for as many values as there are rows in the range; the rest stays.
  func squaredDistances(
    from vector: UnsafePointer<Float>, to range: Range<Int>, into distances: inout [Float]
  ) {
    precondition(range.upperBound <= count && range.count <= distances.count, "rows \(range)")
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      cvk_squared_distances(
        &distances, vector, first + range.lowerBound * dimension, range.count, dimension)
    }
  }

  /// The squared distances from a row to rows.
  func squaredDistances(from row: Int, to range: Range<Int>, into distances: inout [Float]) {
    precondition(row < count, "row \(row) of \(count)")
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      squaredDistances(from: first + row * dimension, to: range, into: &distances)
    }
  }

  /// The squared distance of two rows in double precision.
  func exactSquaredDistance(_ left: Int, _ right: Int) -> Double {
    var sum = 0.0
    for column in 0..<dimension {
      let step =
        Double(values[left * dimension + column]) - Double(values[right * dimension + column])
      sum += step * step
    }
    return sum
  }
}

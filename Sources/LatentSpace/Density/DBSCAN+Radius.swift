extension DBSCAN {
  /// The most vectors whose distances make the curve of ``suggestedRadius(for:minPoints:seed:)``.
  public static let curveLength = 2_048

  /// A radius at which most vectors are cores and what lies apart is noise; nil where there are fewer
  /// vectors than make a core.
  ///
  /// It is the knee of the curve of the distances from each vector to its neighbour number `minPoints`,
  /// itself counted, in ascending order (Ester et al. 1996, section 4.2): the place farthest below
  /// the straight line between the curve's ends (Satopää, Albrecht, Irwin and Raghavan, "Finding a
  /// 'kneedle' in a haystack", 2011). It is 0 only where no such distance is greater.
  /// - Parameters:
  ///   - minPoints: as in the settings, at least 1.
  ///   - seed: of the choice of ``curveLength`` vectors where there are more.
  public static func suggestedRadius(
    for vectors: VectorSet, minPoints: Int, seed: UInt64 = 0
  ) -> Double? {
    precondition(minPoints > 0, "cores of \(minPoints) vectors")
    guard vectors.count >= minPoints else { return nil }
    let curve = neighbourDistances(of: vectors, minPoints: minPoints, seed: seed)
    let knee = curve[knee(of: curve)]
    return knee > 0 ? knee : curve.first { $0 > 0 } ?? 0
  }

  /// The distance from each of the vectors, or of some of them, to its neighbour number `minPoints`,
  /// itself counted, ascending.
  static func neighbourDistances(of vectors: VectorSet, minPoints: Int, seed: UInt64) -> [Double] {
    var random = RandomNumbers(seed: seed)
    let rows =
      vectors.count <= curveLength
      ? Array(0..<vectors.count) : random.choose(curveLength, below: vectors.count)
    let ranges = RowBlocks.ranges(of: rows.count, length: RowBlocks.queryCount)
    return RowBlocks.map(ranges.count) { number in
      neighbourDistances(of: rows[ranges[number]], among: vectors, minPoints: minPoints)
    }.flatMap { $0 }.sorted()
  }

  private static func neighbourDistances(
    of rows: ArraySlice<Int>, among vectors: VectorSet, minPoints: Int
  ) -> [Double] {
    var nearest = rows.map { _ in SmallestValues(count: minPoints) }
    var distances = [Float](repeating: 0, count: vectors.blockLength)
    for block in RowBlocks.ranges(of: vectors.count, length: vectors.blockLength) {
      for (place, row) in rows.enumerated() {
        vectors.squaredDistances(from: row, to: block, into: &distances)
        for distance in distances.prefix(block.count) { nearest[place].offer(distance) }
      }
    }
    return nearest.map { Double($0.largest).squareRoot() }
  }

  /// The place in an ascending curve that is farthest below the line between its ends.
  static func knee(of curve: [Double]) -> Int {
    guard let first = curve.first, let last = curve.last, last > first else { return 0 }
    let depths = curve.enumerated().map { place, value in
      Double(place) / Double(curve.count - 1) - (value - first) / (last - first)
    }
    return depths.indices.reduce(0) { depths[$1] > depths[$0] ? $1 : $0 }
  }
}

/// The smallest of the values offered.
private struct SmallestValues {
  /// Ascending; infinite where fewer were offered.
  private var values: [Float]

  init(count: Int) { values = [Float](repeating: .infinity, count: count) }

  var largest: Float { values[values.count - 1] }

  mutating func offer(_ value: Float) {
    guard value < largest else { return }
    var place = values.count - 1
    while place > 0, values[place - 1] > value {
      values[place] = values[place - 1]
      place -= 1
    }
    values[place] = value
  }
}

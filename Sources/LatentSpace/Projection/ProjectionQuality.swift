/// How well a map keeps who is whose neighbour.
public enum ProjectionQuality {
  /// How far neighbours on the map can be trusted to be neighbours: 1 less the ranks of those that are not,
  /// from 0 to 1 (Venna and Kaski 2001; scikit-learn's `trustworthiness` is the reference).
  /// - Parameters:
  ///   - vectors: what the map is of.
  ///   - map: their places.
  ///   - neighbourCount: how many neighbours are looked at, fewer than half of the vectors.
  public static func trustworthiness(
    of map: VectorSet, for vectors: VectorSet, neighbourCount: Int
  ) -> Double {
    let (count, wanted) = (vectors.count, neighbourCount)
    precondition(map.count == count, "a map of \(map.count) points for \(count) vectors")
    precondition(
      wanted > 0 && 2 * wanted < count, "\(wanted) neighbours among \(count) vectors")
    let mapped = NeighbourGraph(of: map, neighbourCount: wanted)
    let sums = RowBlocks.map(count) { row in
      penalty(
        of: mapped.neighbours[(row * wanted)..<((row + 1) * wanted)], row: row, in: vectors,
        free: wanted)
    }
    let (n, k) = (Double(count), Double(wanted))
    return 1 - sums.reduce(0, +) * 2 / (n * k * (2 * n - 3 * k - 1))
  }

  /// The share of the nearest neighbours that are among the nearest on the map, 0 to 1.
  public static func neighboursKept(
    by map: VectorSet, of vectors: VectorSet, neighbourCount: Int
  ) -> Double {
    precondition(map.count == vectors.count, "a map of \(map.count) for \(vectors.count) vectors")
    let truth = NeighbourGraph(of: vectors, neighbourCount: neighbourCount)
    let mapped = NeighbourGraph(of: map, neighbourCount: neighbourCount)
    let count = truth.neighbourCount
    let kept = (0..<vectors.count).reduce(0) { sum, row in
      let places = (row * count)..<((row + 1) * count)
      return sum + Set(truth.neighbours[places]).intersection(mapped.neighbours[places]).count
    }
    return Double(kept) / Double(max(1, vectors.count * count))
  }

  /// How far the ranks of some rows among the neighbours of a row lie behind those that are free.
  private static func penalty(
    of rows: ArraySlice<Int32>, row: Int, in vectors: VectorSet, free: Int
  ) -> Double {
    var distances = [Float](repeating: 0, count: vectors.count)
    vectors.squaredDistances(from: row, to: 0..<vectors.count, into: &distances)
    return rows.reduce(0.0) { sum, other in
      let own = distances[Int(other)]
      var rank = 1
      for (place, distance) in distances.enumerated() where place != row {
        if distance < own || (distance == own && place < Int(other)) { rank += 1 }
      }
      return sum + Double(max(0, rank - free))
    }
  }
}

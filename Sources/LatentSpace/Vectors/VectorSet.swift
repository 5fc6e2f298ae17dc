/// Vectors of one length, all of finite values: what clusters are looked for in.
public struct VectorSet: Equatable, Sendable {
  /// count × dimension, row-major: a vector is a row.
  public let values: [Float]
  /// The number of values in a vector, at least 1.
  public let dimension: Int
  /// The number of vectors.
  public let count: Int

  /// Takes vectors.
  /// - Parameters:
  ///   - values: count × dimension, row-major.
  ///   - dimension: the number of values in a vector, at least 1.
  public init(values: [Float], dimension: Int) throws(LatentSpaceError) {
    precondition(dimension > 0, "vectors of \(dimension) values")
    precondition(
      values.count.isMultiple(of: dimension),
      "\(values.count) values are no whole number of vectors of \(dimension)")
    let largest = Self.largestMagnitude(dimension: dimension)
    for (place, value) in values.enumerated() where !(abs(value) <= largest) {
      let (row, column) = place.quotientAndRemainder(dividingBy: dimension)
      throw value.isFinite
        ? .tooLarge(row: row, column: column) : .notFinite(row: row, column: column)
    }
    self.init(checked: values, dimension: dimension)
  }

  /// Values that are known to be finite and to make up whole vectors.
  init(checked values: [Float], dimension: Int) {
    self.values = values
    self.dimension = dimension
    count = values.count / dimension
  }

  /// The largest magnitude a value may have: the squared distance of any two vectors is a finite
  /// `Float` then. 5e17 for 256 values.
  public static func largestMagnitude(dimension: Int) -> Float {
    (Float.greatestFiniteMagnitude / (8 * Float(dimension))).squareRoot()
  }

  /// One vector.
  public func row(_ row: Int) -> ArraySlice<Float> {
    values[(row * dimension)..<((row + 1) * dimension)]
  }

  /// Some of the vectors, in the order asked for; one may be asked for more than once.
  public func selecting(_ rows: [Int]) -> VectorSet {
    var chosen: [Float] = []
    chosen.reserveCapacity(rows.count * dimension)
    for row in rows { chosen += self.row(row) }
    return VectorSet(checked: chosen, dimension: dimension)
  }
}

extension [Float] {
  /// Brings a part to a length. One without a direction, or one that overflowed, gets a fixed
  /// direction.
  /// - Returns: how long it was, 0 for one without a direction or that overflowed.
  @discardableResult
  mutating func normalise(_ range: Range<Int>, to length: Float) -> Float {
    let square = self[range].reduce(0.0) { $0 + Double($1) * Double($1) }
    guard square > 0, square.isFinite else {
      for place in range { self[place] = 0 }
      self[range.lowerBound] = length
      return 0
    }
    let factor = Double(length) / square.squareRoot()
    for place in range { self[place] = Float(Double(self[place]) * factor) }
    return Float(Swift.min(square.squareRoot(), Double(Float.greatestFiniteMagnitude)))
  }
}

/// How much each half of the vectors counts.
package struct HalfWeights: Equatable, Sendable {
  /// Of the half that is called after the time axis.
  package let time: Float
  /// Of the half that is called after the frequency axis.
  package let frequency: Float

  private static let range = 0.0...1e6

  /// Reads `time=2,frequency=1` in either order; a half that is left out counts 1. Nil for anything
  /// else, for numbers below 0 or beyond a million, and when nothing would count.
  package init?(_ text: String) {
    var weights: [Substring: Double] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, ["time", "frequency"].contains(sides[0]), weights[sides[0]] == nil,
        let weight = DecimalNumber.parse(sides[1]), Self.range.contains(weight)
      else { return nil }
      weights[sides[0]] = weight
    }
    (time, frequency) = (Float(weights["time"] ?? 1), Float(weights["frequency"] ?? 1))
    if time + frequency == 0 { return nil }
  }
}

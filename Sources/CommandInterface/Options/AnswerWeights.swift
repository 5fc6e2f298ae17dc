/// How much each half of the vectors counts, and what else counts beside them.
package struct AnswerWeights: Equatable, Sendable {
  /// Of the half that is called after the time axis; nil where it is not named.
  package let time: Float?
  /// Of the half that is called after the frequency axis; nil where it is not named.
  package let frequency: Float?
  /// Of what a person understands, by name.
  package let aspects: [String: Float]

  /// The names of what a person understands.
  package static let aspectNames = ["tempo", "key", "loudness", "brightness", "energy"]

  private static let range = 0.0...1e6

  /// Reads `time=2,frequency=1,tempo=0.5` in any order; a half that is left out counts 1, anything else
  /// nothing. Nil for anything else, for numbers below 0 or beyond a million, and when neither half
  /// would count.
  package init?(_ text: String) {
    var weights: [String: Float] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2,
        (["time", "frequency"] + Self.aspectNames).contains(String(sides[0])),
        weights[String(sides[0])] == nil, let weight = DecimalNumber.parse(sides[1]),
        Self.range.contains(weight)
      else { return nil }
      weights[String(sides[0])] = Float(weight)
    }
    (time, frequency) = (weights["time"], weights["frequency"])
    aspects = weights.filter { Self.aspectNames.contains($0.key) && $0.value > 0 }
    if (time ?? 1) + (frequency ?? 1) == 0 { return nil }
  }
}

internal import Embedding

/// The halves of a vector, each of which has the same length in a vector of a model: 1 / √2 of two.
/// Their cosines then average to the cosine of the whole.
extension [VectorHalf] {
  /// The vector with each half brought to the length it has in a model's vectors: the mean of several
  /// songs may have lost it. One without halves stays as it is; a half of length 0 stays so.
  func balanced(_ vector: [Float]) -> [Float] {
    var vector = vector
    for half in self {
      let length = Self.length(vector[half.range])
      guard length > 0 else { continue }
      let factor = (1 / Float(count)).squareRoot() / length
      for place in half.range { vector[place] *= factor }
    }
    return vector
  }

  /// A vector whose dot product with a model's vector is (Σ weight · cosine of the half) / Σ weight.
  func weighted(_ vector: [Float], by weights: [VectorHalf.Axis: Float]) -> [Float] {
    let all = map { weights[$0.axis] ?? 1 }
    let sum = all.reduce(0, +)
    precondition(sum > 0, "weights \(weights) under which nothing counts")
    var vector = vector
    for (half, weight) in zip(self, all) {
      for place in half.range { vector[place] *= Float(count) * weight / sum }
    }
    return vector
  }

  /// The cosine of each half, -1 to 1; 0 where one has no direction.
  func similarities(_ left: [Float], _ right: [Float]) -> [VectorHalf.Axis: Float] {
    var result: [VectorHalf.Axis: Float] = [:]
    for half in self {
      let product = zip(left[half.range], right[half.range]).reduce(Float(0)) { $0 + $1.0 * $1.1 }
      let lengths = Self.length(left[half.range]) * Self.length(right[half.range])
      // Rounding may carry a cosine past its ends.
      result[half.axis] = lengths > 0 ? Swift.max(-1, Swift.min(1, product / lengths)) : 0
    }
    return result
  }

  private static func length(_ values: ArraySlice<Float>) -> Float {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

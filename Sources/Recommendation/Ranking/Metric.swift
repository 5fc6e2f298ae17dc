public import Embedding

/// How far apart two songs are said to be.
public enum Metric: String, CaseIterable, Sendable {
  /// The angle between their vectors: in which way they are unusual, not how much.
  case cosine
  /// The Euclidean distance between their standardised vectors before these were normalised: how much
  /// counts, too.
  case euclidean
}

/// Vectors as they were before they were normalised: points, of which the mean is one, too.
extension [VectorHalf] {
  /// The point that a unit vector came from; nil where the lengths of its halves are not known.
  /// - Parameter lengths: of the halves, or of the whole where there are none.
  public func point(_ vector: [Float], lengths: [Float]) -> [Float]? {
    guard lengths.count == Swift.max(1, count) else { return nil }
    if isEmpty { return vector.map { $0 * lengths[0] } }
    var point = vector
    for (half, length) in zip(self, lengths) {
      // In a vector a half is 1 / √2 long.
      let factor = length * Float(count).squareRoot()
      for place in half.range { point[place] *= factor }
    }
    return point
  }
}

extension Recommender {
  /// The mean of several points; nil where there is none.
  public static func mean(of points: [[Float]]) -> [Float]? {
    guard let first = points.first else { return nil }
    var sum = [Float](repeating: 0, count: first.count)
    for point in points {
      for (place, value) in point.enumerated() { sum[place] += value / Float(points.count) }
    }
    return sum
  }
}

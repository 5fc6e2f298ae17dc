internal import Glibc

/// How alike two points of a map are by their distance d: 1 / (1 + a d^(2 b)).
struct LikenessCurve: Equatable, Sendable {
  let a: Double
  let b: Double

  private static let pointCount = 300
  private static let iterations = 200

  /// Fits the curve to one that is 1 up to a distance and then falls exponentially, by least squares at
  /// 300 distances up to three times the spread (as umap-learn's `find_ab_params` does; Levenberg and
  /// Marquardt's method).
  /// - Parameters:
  ///   - minimumDistance: up to which two points are alike, 0 to `spread`.
  ///   - spread: how far apart points lie, above 0.
  init(minimumDistance: Double, spread: Double) {
    precondition(
      spread > 0 && (0...spread).contains(minimumDistance),
      "a smallest distance of \(minimumDistance) with a spread of \(spread)")
    let distances = (0..<Self.pointCount).map {
      3 * spread * Double($0) / Double(Self.pointCount - 1)
    }
    let wanted = distances.map {
      $0 < minimumDistance ? 1 : exp(-($0 - minimumDistance) / spread)
    }
    var (a, b, damping) = (1.0, 1.0, 1e-3)
    var error = Self.error(a, b, distances, wanted)
    for _ in 0..<Self.iterations {
      var (aa, ab, bb, ar, br) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (distance, value) in zip(distances, wanted) where distance > 0 {
        let raised = pow(distance, 2 * b)
        let curve = 1 / (1 + a * raised)
        let byA = -raised * curve * curve
        let byB = -2 * a * raised * log(distance) * curve * curve
        let rest = value - curve
        aa += byA * byA
        ab += byA * byB
        bb += byB * byB
        ar += byA * rest
        br += byB * rest
      }
      let (left, right) = (aa * (1 + damping), bb * (1 + damping))
      let area = left * right - ab * ab
      guard area > 0 else { break }
      let (stepA, stepB) = ((ar * right - br * ab) / area, (br * left - ar * ab) / area)
      let next = Self.error(a + stepA, b + stepB, distances, wanted)
      if next <= error {
        (a, b, error, damping) = (a + stepA, b + stepB, next, damping / 10)
        if abs(stepA) < 1e-12 && abs(stepB) < 1e-12 { break }
      } else {
        damping *= 10
        if damping > 1e12 { break }
      }
    }
    self.a = a
    self.b = b
  }

  private static func error(
    _ a: Double, _ b: Double, _ distances: [Double], _ wanted: [Double]
  ) -> Double {
    guard a > 0, b > 0 else { return .infinity }
    return zip(distances, wanted).reduce(0) {
      let rest = $1.1 - 1 / (1 + a * pow($1.0, 2 * b))
      return $0 + rest * rest
    }
  }
}

/// Vectors that cannot be compared.
public enum LatentSpaceError: Error, Equatable, Sendable {
  /// A value is NaN or infinite. Row and column are counted from 0.
  case notFinite(row: Int, column: Int)
  /// A value is so large that squared distances could overflow a `Float`: beyond
  /// ``VectorSet/largestMagnitude(dimension:)``. Row and column are counted from 0.
  case tooLarge(row: Int, column: Int)
}

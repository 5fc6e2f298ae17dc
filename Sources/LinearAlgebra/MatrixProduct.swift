internal import CLAPACK

/// Products of matrices, row-major: the same bits for the same numbers, however many processors there
/// are.
public enum MatrixProduct {
  /// left · right: rows x columns.
  /// - Parameters:
  ///   - left: rows x inner.
  ///   - right: inner x columns.
  public static func multiply(
    _ left: [Double], rows: Int, inner: Int, _ right: [Double], columns: Int
  ) -> [Double] {
    precondition(
      left.count == rows * inner && right.count == inner * columns,
      "\(rows) x \(inner) times \(inner) x \(columns)")
    return product(
      left, rows: rows, inner: inner, right, columns: columns, transposing: false)
  }

  /// left · matrix · leftᵀ: rows x rows, symmetric.
  /// - Parameters:
  ///   - left: rows x order.
  ///   - matrix: order x order, symmetric.
  public static func congruence(
    _ left: [Double], rows: Int, _ matrix: [Double], order: Int
  ) -> [Double] {
    let half = multiply(left, rows: rows, inner: order, matrix, columns: order)
    return product(half, rows: rows, inner: order, left, columns: rows, transposing: true)
  }

  /// BLAS's `dgemm`, the right matrix turned round where asked.
  private static func product(
    _ left: [Double], rows: Int, inner: Int, _ right: [Double], columns: Int, transposing: Bool
  ) -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    guard rows > 0, columns > 0, inner > 0 else { return result }
    BLASThreads.takeOne()
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, transposing ? CblasTrans : CblasNoTrans, Int32(rows),
      Int32(columns), Int32(inner), 1, left, Int32(inner), right,
      Int32(transposing ? inner : columns), 0, &result, Int32(columns))
    return result
  }
}

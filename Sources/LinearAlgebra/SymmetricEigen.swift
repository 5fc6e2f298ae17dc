internal import CLAPACKE

/// The eigenvalues and eigenvectors of a real symmetric matrix.
public struct SymmetricEigen: Sendable {
  /// The eigenvalues, largest first.
  public let values: [Double]
  /// The eigenvectors, one unit vector in each row, in the order of ``values``: order × order,
  /// row-major. The sign is fixed so that the entry of largest magnitude is positive.
  public let vectors: [Double]

  /// Decomposes a matrix by LAPACK's divide and conquer driver (`dsyevd`).
  /// - Parameters:
  ///   - matrix: order × order, row-major; only the lower triangle is read.
  ///   - order: the number of rows, at least 1.
  /// - Throws: ``LinearAlgebraError`` when a value is not finite or the iteration did not converge.
  public init(of matrix: [Double], order: Int) throws(LinearAlgebraError) {
    precondition(
      order > 0 && matrix.count == order * order,
      "a symmetric matrix of order \(order) has \(order * order) values, not \(matrix.count)")
    guard matrix.allSatisfy(\.isFinite) else { throw LinearAlgebraError(code: .notFinite) }
    var work = matrix
    var ascending = [Double](repeating: 0, count: order)
    BLASThreads.takeOne()
    let status = LAPACKE_dsyevd(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")), Int32(order),
      &work, Int32(order), &ascending)
    guard status == 0 else {
      throw LinearAlgebraError(code: .notConverged, underlyingCode: Int32(status))
    }
    // LAPACK gives ascending values and the vectors as columns.
    values = ascending.reversed()
    var rows = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
      let column = order - 1 - row
      var largest = 0.0
      for place in 0..<order where abs(work[place * order + column]) > abs(largest) {
        largest = work[place * order + column]
      }
      let sign: Double = largest < 0 ? -1 : 1
      for place in 0..<order { rows[row * order + place] = sign * work[place * order + column] }
    }
    vectors = rows
  }

  /// f(matrix) = Σ f(value) · vector · vectorᵀ, for a function of the eigenvalues such as the
  /// logarithm: order × order, row-major.
  public func applying(_ function: (Double) -> Double) -> [Double] {
    let order = values.count
    var result = [Double](repeating: 0, count: order * order)
    for (number, value) in values.enumerated() {
      let image = function(value)
      let vector = vectors[(number * order)..<((number + 1) * order)]
      for (row, left) in vector.enumerated() {
        let factor = image * left
        for (column, right) in vector.enumerated() {
          result[row * order + column] += factor * right
        }
      }
    }
    return result
  }
}

/// Why a decomposition failed.
public struct LinearAlgebraError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Sendable {
    /// The matrix holds a value that is not finite.
    case notFinite
    /// The iteration did not converge; the underlying code is LAPACK's `info`.
    case notConverged
  }

  /// What kind of trouble it was.
  public let code: Code
  /// LAPACK's `info`, or 0.
  public let underlyingCode: Int32

  init(code: Code, underlyingCode: Int32 = 0) {
    self.code = code
    self.underlyingCode = underlyingCode
  }
}

/// The numerical library in use.
public enum LinearAlgebraLibraries {
  /// Names and run-time versions.
  public static var versions: [(name: String, version: String)] {
    var major: Int32 = 0
    var minor: Int32 = 0
    var patch: Int32 = 0
    LAPACKE_ilaver(&major, &minor, &patch)
    return [("LAPACK", "\(major).\(minor).\(patch)")]
  }
}

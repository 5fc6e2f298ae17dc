internal import CLAPACK

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
    BLASThreads.takeOne()
    let (ascending, columns, status) = Self.decompose(matrix, order)
    guard status == 0 else {
      throw LinearAlgebraError(code: .notConverged, underlyingCode: status)
    }
    // LAPACK gives ascending values, and one vector behind the other.
    values = ascending.reversed()
    var rows: [Double] = []
    rows.reserveCapacity(order * order)
    for number in (0..<order).reversed() {
      let vector = columns[(number * order)..<((number + 1) * order)]
      var largest = 0.0
      for value in vector where abs(value) > abs(largest) { largest = value }
      let sign: Double = largest < 0 ? -1 : 1
      for value in vector { rows.append(sign * value) }
    }
    vectors = rows
  }

  /// LAPACK's `dsyevd`: the values, the vectors one behind the other, and its `info`.
  private static func decompose(
    _ matrix: [Double], _ order: Int
  ) -> (values: [Double], vectors: [Double], info: Int32) {
    // LAPACK goes down the columns.
    var columns = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
      for column in 0...row { columns[column * order + row] = matrix[row * order + column] }
    }
    var values = [Double](repeating: 0, count: order)
    var (vectorsToo, lower) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")))
    var (size, info) = (Int32(order), Int32(0))
    // The first call only tells how much room it wants.
    var (room, integerRoom) = (Int32(-1), Int32(-1))
    var wanted = 0.0
    var integersWanted = Int32(0)
    dsyevd_(
      &vectorsToo, &lower, &size, &columns, &size, &values, &wanted, &room, &integersWanted,
      &integerRoom, &info, 1, 1)
    guard info == 0 else { return (values, columns, info) }
    (room, integerRoom) = (Int32(wanted), integersWanted)
    var work = [Double](repeating: 0, count: Int(room))
    var integers = [Int32](repeating: 0, count: Int(integerRoom))
    dsyevd_(
      &vectorsToo, &lower, &size, &columns, &size, &values, &work, &room, &integers, &integerRoom,
      &info, 1, 1)
    return (values, columns, info)
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
    ilaver_(&major, &minor, &patch)
    return [("LAPACK", "\(major).\(minor).\(patch)")]
  }
}

/// Functions of small symmetric matrices, by Jacobi's rotations (Golub and Van Loan, Matrix
/// Computations, section 8.5).
///
/// LAPACK would do it too; but loading LAPACK takes longer than all the decompositions of a song.
enum SymmetricFunction {
  /// f(matrix) = Σ f(eigenvalue) · eigenvector · eigenvectorᵀ: order × order, row-major.
  /// - Parameter matrix: order × order, row-major, finite; only the lower triangle is read.
  static func apply(
    to matrix: [Double], order: Int, _ function: (Double) -> Double
  ) -> [Double] {
    precondition(
      matrix.count == order * order, "\(matrix.count) values in a matrix of order \(order)")
    var a = matrix
    for row in 0..<order {
      for column in 0..<row { a[column * order + row] = a[row * order + column] }
    }
    // Row i is the i-th eigenvector in the end.
    var vectors = [Double](repeating: 0, count: order * order)
    for place in 0..<order { vectors[place * order + place] = 1 }
    diagonalise(&a, &vectors, order)
    var result = [Double](repeating: 0, count: order * order)
    for number in 0..<order {
      let image = function(a[number * order + number])
      for row in 0..<order {
        let factor = image * vectors[number * order + row]
        for column in 0..<order {
          result[row * order + column] += factor * vectors[number * order + column]
        }
      }
    }
    return result
  }

  /// Sweeps of rotations, each of which makes one entry off the diagonal zero. Convergence is
  /// quadratic: six to eight sweeps; the bound only guards against the unforeseen.
  private static func diagonalise(_ a: inout [Double], _ vectors: inout [Double], _ order: Int) {
    let size = a.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<30 {
      var rest = 0.0
      for p in 0..<order { for q in 0..<p { rest += a[p * order + q] * a[p * order + q] } }
      if rest <= 1e-24 * size { return }
      for p in 0..<order {
        for q in (p + 1)..<order where a[p * order + q] != 0 {
          rotate(&a, &vectors, order, p, q)
        }
      }
    }
  }

  private static func rotate(
    _ a: inout [Double], _ vectors: inout [Double], _ order: Int, _ p: Int, _ q: Int
  ) {
    let middle = (a[q * order + q] - a[p * order + p]) / (2 * a[p * order + q])
    let tangent =
      (middle < 0 ? -1 : 1) / (abs(middle) + (middle * middle + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    for k in 0..<order {
      let (x, y) = (a[p * order + k], a[q * order + k])
      a[p * order + k] = cosine * x - sine * y
      a[q * order + k] = sine * x + cosine * y
    }
    for k in 0..<order {
      let (x, y) = (a[k * order + p], a[k * order + q])
      a[k * order + p] = cosine * x - sine * y
      a[k * order + q] = sine * x + cosine * y
    }
    for k in 0..<order {
      let (x, y) = (vectors[p * order + k], vectors[q * order + k])
      vectors[p * order + k] = cosine * x - sine * y
      vectors[q * order + k] = sine * x + cosine * y
    }
  }
}

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
    a.withUnsafeMutableBufferPointer { a in
      vectors.withUnsafeMutableBufferPointer { vectors in
        guard let a = a.baseAddress, let vectors = vectors.baseAddress else { return }
        diagonalise(a, vectors, order)
      }
    }
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
  private static func diagonalise(
    _ a: UnsafeMutablePointer<Double>, _ vectors: UnsafeMutablePointer<Double>, _ order: Int
  ) {
    let size = (0..<(order * order)).reduce(0) { $0 + a[$1] * a[$1] }
    for _ in 0..<30 {
      var rest = 0.0
      for p in 0..<order { for q in 0..<p { rest += a[p * order + q] * a[p * order + q] } }
      if rest <= 1e-24 * size { return }
      for p in 0..<order {
        for q in (p + 1)..<order where a[p * order + q] != 0 {
          rotate(a, vectors, order, p, q)
        }
      }
    }
  }

  private static func rotate(
    _ a: UnsafeMutablePointer<Double>, _ vectors: UnsafeMutablePointer<Double>, _ order: Int,
    _ p: Int, _ q: Int
  ) {
    let middle = (a[q * order + q] - a[p * order + p]) / (2 * a[p * order + q])
    let tangent =
      (middle < 0 ? -1 : 1) / (abs(middle) + (middle * middle + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    turn(a + p * order, a + q * order, order, cosine, sine)
    for k in 0..<order {
      let (x, y) = (a[k * order + p], a[k * order + q])
      a[k * order + p] = cosine * x - sine * y
      a[k * order + q] = sine * x + cosine * y
    }
    turn(vectors + p * order, vectors + q * order, order, cosine, sine)
  }

  /// Turns two rows, which do not overlap, in the plane that they span.
  @inline(__always)
  private static func turn(
    _ first: UnsafeMutablePointer<Double>, _ second: UnsafeMutablePointer<Double>, _ count: Int,
    _ cosine: Double, _ sine: Double
  ) {
    for k in 0..<count {
      let (x, y) = (first[k], second[k])
      first[k] = cosine * x - sine * y
      second[k] = sine * x + cosine * y
    }
  }
}

import Glibc
import LinearAlgebra
import TestSupport
import Testing

@Suite("Products of matrices")
struct MatrixProductTests {
  @Test("rows by columns, of any shape")
  func multiply() {
    let product = MatrixProduct.multiply(
      [1, 2, 3, 4, 5, 6], rows: 2, inner: 3, [1, 0, 2, 0, 1, 3, 1, 1, 1, 0, 0, 2], columns: 4)
    // The right matrix has the rows 1 0 2 0, 1 3 1 1 and 1 0 0 2.
    #expect(product == [6, 6, 4, 8, 15, 15, 13, 17])
    #expect(MatrixProduct.multiply([], rows: 0, inner: 2, [1, 2], columns: 1).isEmpty)
  }

  @Test("the bits do not depend on how many threads OpenBLAS would take, where it is the BLAS")
  func threads() throws {
    let order = 300
    var random = SplitMix64(seed: 5)
    let matrix = (0..<(order * order)).map { _ in Double.random(in: -1...1, using: &random) }
    func results(threads: CInt) throws -> [[UInt64]] {
      if let symbol = dlsym(nil, "openblas_set_num_threads") {
        unsafeBitCast(symbol, to: (@convention(c) (CInt) -> Void).self)(threads)
      }
      let square = MatrixProduct.multiply(
        matrix, rows: order, inner: order, matrix, columns: order)
      let seen = MatrixProduct.congruence(matrix, rows: order, square, order: order)
      let eigen = try SymmetricEigen(of: matrix, order: order)
      return [square, seen, eigen.values, eigen.vectors].map { $0.map(\.bitPattern) }
    }
    let isSame = try results(threads: 1) == results(threads: 2)
    #expect(isSame)
  }

  @Test("a congruence is the matrix seen along other axes")
  func congruence() {
    // The matrix 2 1, 1 3 along (1, 1) and (1, -1).
    #expect(
      MatrixProduct.congruence([1, 1, 1, -1], rows: 2, [2, 1, 1, 3], order: 2) == [7, -1, -1, 3])
    #expect(MatrixProduct.congruence([1, 2], rows: 1, [2, 1, 1, 3], order: 2) == [18])
  }
}

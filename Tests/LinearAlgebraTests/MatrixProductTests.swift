import LinearAlgebra
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

  @Test("a congruence is the matrix seen along other axes")
  func congruence() {
    // The matrix 2 1, 1 3 along (1, 1) and (1, -1).
    #expect(
      MatrixProduct.congruence([1, 1, 1, -1], rows: 2, [2, 1, 1, 3], order: 2) == [7, -1, -1, 3])
    #expect(MatrixProduct.congruence([1, 2], rows: 1, [2, 1, 1, 3], order: 2) == [18])
  }
}

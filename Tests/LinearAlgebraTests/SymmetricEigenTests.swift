import LinearAlgebra
import TestSupport
import Testing

@Suite("Eigenvalues of symmetric matrices")
struct SymmetricEigenTests {
  private func isClose(_ left: [Double], _ right: [Double], within: Double = 1e-12) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= within }
  }

  private func random(order: Int, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    var matrix = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
      for column in 0...row {
        let value = Double.random(in: -1...1, using: &random)
        matrix[row * order + column] = value
        matrix[column * order + row] = value
      }
    }
    return matrix
  }

  @Test("of matrices worked out by hand")
  func known() throws {
    let two = try SymmetricEigen(of: [2, 1, 1, 2], order: 2)
    let half = 0.5.squareRoot()
    #expect(isClose(two.values, [3, 1]))
    #expect(isClose(two.vectors.map(abs), [half, half, half, half]))
    #expect(isClose(Array(two.vectors[..<2]), [half, half]))

    // The second difference: 2 - 2 cos(k pi / 4), k = 3, 2, 1.
    let root = 2.0.squareRoot()
    let three = try SymmetricEigen(of: [2, -1, 0, -1, 2, -1, 0, -1, 2], order: 3)
    #expect(isClose(three.values, [2 + root, 2, 2 - root]))
    #expect(isClose(Array(three.vectors[..<3]), [-0.5, half, -0.5]))

    let diagonal = try SymmetricEigen(of: [-4, 0, 0, 0, 9, 0, 0, 0, 1], order: 3)
    #expect(diagonal.values == [9, 1, -4])
    #expect(diagonal.vectors == [0, 1, 0, 0, 0, 1, 1, 0, 0])

    let one = try SymmetricEigen(of: [-3], order: 1)
    #expect(one.values == [-3])
    #expect(one.vectors == [1])
  }

  @Test(
    "are largest first, their vectors are at right angles, and together they are the matrix",
    arguments: [1, 2, 3, 10, 33, 80])
  func reconstruction(order: Int) throws {
    let matrix = random(order: order, seed: UInt64(order))
    let eigen = try SymmetricEigen(of: matrix, order: order)
    #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 >= $1 })
    for left in 0..<order {
      for right in 0...left {
        let product = (0..<order).reduce(0.0) {
          $0 + eigen.vectors[left * order + $1] * eigen.vectors[right * order + $1]
        }
        #expect(abs(product - (left == right ? 1 : 0)) < 1e-12)
      }
      let row = eigen.vectors[(left * order)..<((left + 1) * order)]
      let largest = row.max { abs($0) < abs($1) } ?? 0
      #expect(largest > 0, "the sign is fixed")
    }
    #expect(isClose(eigen.applying { $0 }, matrix, within: 1e-12 * Double(order)))
    // The trace is the sum of the values.
    let trace = (0..<order).reduce(0.0) { $0 + matrix[$1 * order + $1] }
    #expect(abs(eigen.values.reduce(0, +) - trace) < 1e-11)
  }

  @Test("that repeat still have a full set of vectors")
  func repeated() throws {
    let eigen = try SymmetricEigen(of: [5, 0, 0, 0, 5, 0, 0, 0, 5], order: 3)
    #expect(eigen.values == [5, 5, 5])
    #expect(isClose(eigen.applying { $0 }, [5, 0, 0, 0, 5, 0, 0, 0, 5]))
    let zero = try SymmetricEigen(of: [0, 0, 0, 0], order: 2)
    #expect(zero.values == [0, 0])
    #expect(isClose(zero.applying { $0 + 1 }, [1, 0, 0, 1]))
  }

  @Test("come from the lower triangle alone")
  func lowerTriangle() throws {
    let whole = try SymmetricEigen(of: [2, 1, 1, 2], order: 2)
    let lower = try SymmetricEigen(of: [2, 99, 1, 2], order: 2)
    #expect(lower.values == whole.values)
    #expect(lower.vectors == whole.vectors)
  }

  @Test("carry functions over: the square is the product, the square root its undoing")
  func functions() throws {
    let order = 12
    let matrix = random(order: order, seed: 4)
    let square = try SymmetricEigen(of: matrix, order: order).applying { $0 * $0 }
    var product = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
      for column in 0..<order {
        for inner in 0..<order {
          product[row * order + column] +=
            matrix[row * order + inner] * matrix[inner * order + column]
        }
      }
    }
    #expect(isClose(square, product, within: 1e-12))
    let root = try SymmetricEigen(of: square, order: order).applying { max(0, $0).squareRoot() }
    let again = try SymmetricEigen(of: root, order: order).applying { $0 * $0 }
    #expect(isClose(again, square, within: 1e-11))
  }

  @Test("of tiny and huge matrices keep their digits", arguments: [1e-150, 1e150])
  func scale(scale: Double) throws {
    let eigen = try SymmetricEigen(of: [2 * scale, scale, scale, 2 * scale], order: 2)
    #expect(isClose(eigen.values.map { $0 / scale }, [3, 1]))
  }

  @Test("of values that are not finite are refused", arguments: [Double.nan, .infinity])
  func notFinite(value: Double) {
    #expect {
      _ = try SymmetricEigen(of: [1, 0, value, 1], order: 2)
    } throws: {
      ($0 as? LinearAlgebraError)?.code == .notFinite
    }
  }

  @Test("of a matrix that is not square are a mistake of the program")
  func notSquare() async {
    await #expect(processExitsWith: .failure) { _ = try SymmetricEigen(of: [1, 2, 3], order: 2) }
    await #expect(processExitsWith: .failure) { _ = try SymmetricEigen(of: [], order: 0) }
  }

  @Test("come from a library that says its version")
  func versions() {
    #expect(
      LinearAlgebraLibraries.versions.allSatisfy { $0.version.split(separator: ".").count == 3 })
    #expect(!LinearAlgebraLibraries.versions.isEmpty)
  }
}

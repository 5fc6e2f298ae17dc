internal import CVectorKernels

/// A matrix, row-major, times a vector.
func matrixProduct(_ matrix: [Float], _ vector: [Float]) -> [Float] {
  matrix.withUnsafeBufferPointer { rows in
    guard let start = rows.baseAddress else { return [] }
    return (0..<(matrix.count / vector.count)).map {
      cvk_dot(start + $0 * vector.count, vector, vector.count)
    }
  }
}

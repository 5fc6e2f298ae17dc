internal import CVectorKernels
public import LinearAlgebra

/// Principal component analysis: the directions in which vectors vary most, and where they lie along
/// these (Pearson 1901; scikit-learn's `PCA` is the reference, signs included).
public struct PrincipalComponents: Equatable, Sendable {
  /// The mean of the vectors.
  public let mean: [Float]
  /// The directions, unit vectors, one in each row, that of the largest variance first. The entry of
  /// largest magnitude of each is positive.
  public let components: [Float]
  /// The variance along each direction, with n - 1 below.
  public let explainedVariance: [Double]
  /// Their shares in the variance of the vectors, 0 to 1; 0 where that is 0.
  public let explainedVarianceRatio: [Double]

  /// The number of directions.
  public var count: Int { explainedVariance.count }
  /// The number of values in a vector.
  public var dimension: Int { mean.count }

  /// Sums of so many rows are added as `Float`, those of all as `Double`.
  private static let rowsAtOnce = 1_024

  /// Directions that were found earlier.
  public init(
    mean: [Float], components: [Float], explainedVariance: [Double],
    explainedVarianceRatio: [Double]
  ) {
    precondition(
      explainedVarianceRatio.count == explainedVariance.count
        && components.count == mean.count * explainedVariance.count,
      "\(components.count) numbers of \(explainedVariance.count) directions")
    self.mean = mean
    self.components = components
    self.explainedVariance = explainedVariance
    self.explainedVarianceRatio = explainedVarianceRatio
  }

  /// Finds the directions, exactly: the eigenvectors of the covariance.
  /// - Parameters:
  ///   - vectors: two at least.
  ///   - count: how many directions, from 1 to the number of values in a vector.
  /// - Throws: ``LinearAlgebraError`` where the eigenvectors are not found.
  public init(of vectors: VectorSet, count: Int) throws(LinearAlgebraError) {
    let dimension = vectors.dimension
    precondition(vectors.count >= 2, "components of \(vectors.count) vectors")
    precondition((1...dimension).contains(count), "\(count) components of \(dimension) values")
    var sums = [Double](repeating: 0, count: dimension)
    for row in 0..<vectors.count {
      for (column, value) in vectors.row(row).enumerated() { sums[column] += Double(value) }
    }
    let mean = sums.map { Float($0 / Double(vectors.count)) }
    var scatter = [Double](repeating: 0, count: dimension * dimension)
    let parts = RowBlocks.ranges(of: vectors.count, length: Self.rowsAtOnce)
    let scatters = RowBlocks.map(parts.count) { number in
      Self.scatter(of: vectors, rows: parts[number], around: mean)
    }
    for part in scatters {
      for (place, value) in part.enumerated() { scatter[place] += Double(value) }
    }
    let covariance = scatter.map { $0 / Double(vectors.count - 1) }
    let eigen = try SymmetricEigen(of: covariance, order: dimension)
    let total = (0..<dimension).reduce(0) { $0 + covariance[$1 * dimension + $1] }
    self.mean = mean
    components = eigen.vectors.prefix(count * dimension).map { Float($0) }
    explainedVariance = eigen.values.prefix(count).map { max(0, $0) }
    explainedVarianceRatio = explainedVariance.map { total > 0 ? $0 / total : 0 }
  }

  /// Where vectors lie along the directions: vectors.count × ``count``, row-major.
  public func project(_ vectors: VectorSet) -> [Float] {
    precondition(
      vectors.dimension == dimension, "vectors of \(vectors.dimension), not \(dimension) values")
    var result: [Float] = []
    result.reserveCapacity(vectors.count * count)
    var centred = [Float](repeating: 0, count: dimension)
    components.withUnsafeBufferPointer { components in
      guard let first = components.baseAddress else { return }
      for row in 0..<vectors.count {
        for (column, value) in vectors.row(row).enumerated() {
          centred[column] = value - mean[column]
        }
        for number in 0..<count {
          result.append(cvk_dot(first + number * dimension, centred, dimension))
        }
      }
    }
    return result
  }

  /// The sums of products of what rows differ from a mean.
  private static func scatter(
    of vectors: VectorSet, rows: Range<Int>, around mean: [Float]
  ) -> [Float] {
    var sums = [Float](repeating: 0, count: mean.count * mean.count)
    vectors.values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      cvk_scatter(
        first + rows.lowerBound * vectors.dimension, rows.count, vectors.dimension, mean, &sums)
    }
    return sums
  }
}

internal import NeuralNetwork
public import SpectralFeatures

extension EmbeddingModel {
  /// What the decoder takes for a vector that ``embed(_:)`` made: whitening and standardisation undone.
  ///
  /// Normalisation cannot be undone. The vector is given the length that vectors of the training data
  /// have on average, the square root of their dimension, each half its share of it.
  /// - Parameter vector: ``dimension`` finite values, not all zero.
  /// - Returns: nil where the model has no network, or its whitening cannot be undone.
  public func decoderInput(for vector: [Float]) -> [Float]? {
    precondition(vector.count == dimension, "a vector of \(vector.count), not \(dimension)")
    func values(_ name: String) -> [Float]? {
      file.tensors.first { $0.name == name }?.tensor.values
    }
    guard NetworkArchitecture(rawValue: file.architecture) != nil,
      let mean = values(NetworkModel.meanName), let deviation = values(NetworkModel.deviationName)
    else { return nil }
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length > 0, length.isFinite else { return nil }
    let factor = Double(dimension).squareRoot() / length
    var standardised = vector.map { Double($0) * factor }
    for part in NetworkModel.parts(halves, dimension: dimension) {
      guard let matrix = values(part.name) else { continue }
      guard
        let solved = Self.solve(matrix.map(Double.init), Array(standardised[part.range]))
      else { return nil }
      standardised.replaceSubrange(part.range, with: solved)
    }
    return standardised.indices.map {
      mean[$0] + deviation[$0] * Float(standardised[$0])
    }
  }

  /// The x of matrix · x = right, by elimination with pivots; nil for a matrix without an inverse.
  static func solve(_ matrix: [Double], _ right: [Double]) -> [Double]? {
    let count = right.count
    var (a, b) = (matrix, right)
    for column in 0..<count {
      let pivot = (column..<count).max {
        abs(a[$0 * count + column]) < abs(a[$1 * count + column])
      }
      guard let pivot, abs(a[pivot * count + column]) > 1e-12 else { return nil }
      if pivot != column {
        for place in 0..<count { a.swapAt(pivot * count + place, column * count + place) }
        b.swapAt(pivot, column)
      }
      for row in (column + 1)..<max(count, column + 1) {
        let factor = a[row * count + column] / a[column * count + column]
        guard factor != 0 else { continue }
        for place in column..<count { a[row * count + place] -= factor * a[column * count + place] }
        b[row] -= factor * b[column]
      }
    }
    for row in stride(from: count - 1, through: 0, by: -1) {
      for place in (row + 1)..<max(count, row + 1) { b[row] -= a[row * count + place] * b[place] }
      b[row] /= a[row * count + row]
    }
    return b
  }
}

extension EmbeddingNetwork {
  /// Draws an image again, tile by tile, from the vectors of its tiles: as few as cover it, evenly
  /// spread; where they overlap, the mean is drawn.
  /// - Returns: rowCount x columnCount values from 0 to 1, row after row, the highest band first, and
  ///   the mean squared error over all tiles; nil without a decoder.
  public func reconstruction(
    of image: MelImage
  ) -> (pixels: [Float], meanSquaredError: Float)? {
    guard let decoder else { return nil }
    let side = NetworkArchitecture.tileSide
    let columns = image.columnCount
    var sums = [Float](repeating: 0, count: image.pixels.count)
    var counts = [Float](repeating: 0, count: columns)
    var error = 0.0
    let last = (columns - 1) / side
    let starts = (0...last).map { last == 0 ? 0 : $0 * (columns - side) / last }
    for start in starts {
      let tile = Tensor(tilesOf: image, starts: [start])
      let drawn = decoder.forward(encoder.forward(tile, training: false), training: false)
      error += Double(
        Loss.meanSquaredError(drawn, target: tile.reshaped(drawn.shape)).value)
      drawn.withNumbers { numbers in
        for row in 0..<side {
          for column in 0..<side {
            sums[row * columns + start + column] += numbers[row * side + column]
          }
        }
      }
      for column in start..<(start + side) { counts[column] += 1 }
    }
    for place in sums.indices { sums[place] /= counts[place % columns] }
    return (sums, Float(error / Double(starts.count)))
  }

  /// Draws the tile of a vector: 128 x 128 values from 0 to 1, row after row, the highest band first;
  /// nil without a decoder.
  public func tile(of vector: [Float]) -> [Float]? {
    decoder?.forward(Tensor(shape: [1, vector.count], values: vector), training: false).values
  }
}

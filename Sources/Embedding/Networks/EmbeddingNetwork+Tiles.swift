public import NeuralNetwork
public import SpectralFeatures

/// Where the tiles of an image lie.
public enum Tiling {
  /// The first column of each tile: evenly spread, the first at the first column, the last ending
  /// with the last. An image of 512 columns has `tileCount` of them, others in proportion.
  /// - Parameters:
  ///   - columnCount: columns of the image, at least 128.
  ///   - tileCount: tiles of an image of 512 columns, at least 2.
  public static func starts(columnCount: Int, tileCount: Int) -> [Int] {
    let side = NetworkArchitecture.tileSide
    precondition(columnCount >= side && tileCount >= 2, "\(tileCount) tiles of \(columnCount)")
    let room = columnCount - side
    if room == 0 { return [0] }
    let steps = Double(room * (tileCount - 1)) / Double(MelImage.standardColumnCount - side)
    let count = max(1, Int(steps.rounded()))
    return (0...count).map { (2 * $0 * room + count) / (2 * count) }
  }
}

extension EmbeddingNetwork {
  /// Tiles that go through the encoder together; more only takes more memory.
  private static var batchSize: Int { 32 }

  /// The mean of the encoder's vectors over the tiles of an image, as ``Tiling`` spreads them.
  /// - Parameter tileCount: tiles of an image of 512 columns.
  public func meanVector(of image: MelImage, tileCount: Int) -> [Float] {
    let starts = Tiling.starts(columnCount: image.columnCount, tileCount: tileCount)
    var sum = [Float](repeating: 0, count: architecture.dimension)
    for first in stride(from: 0, to: starts.count, by: Self.batchSize) {
      let batch = starts[first..<min(starts.count, first + Self.batchSize)]
      let vectors = encoder.forward(Tensor(tilesOf: image, starts: Array(batch)), training: false)
      vectors.withNumbers { numbers in
        for row in 0..<batch.count {
          for place in sum.indices { sum[place] += numbers[row * sum.count + place] }
        }
      }
    }
    return sum.map { $0 / Float(starts.count) }
  }
}

extension Tensor {
  /// Tiles of an image: (starts, 128, 128).
  /// - Parameter starts: the first column of each tile.
  public init(tilesOf image: MelImage, starts: [Int]) {
    let side = NetworkArchitecture.tileSide
    precondition(
      starts.allSatisfy { $0 >= 0 && $0 + side <= image.columnCount },
      "tiles at \(starts) of an image of \(image.columnCount) columns")
    self.init(shape: [starts.count, side, side]) { numbers in
      image.pixels.withUnsafeBufferPointer { pixels in
        var place = 0
        for start in starts {
          for row in 0..<side {
            let from = row * image.columnCount + start
            for column in 0..<side { numbers[place + column] = pixels[from + column] }
            place += side
          }
        }
      }
    }
  }
}

/// A mean of losses, each counted as often as it has tiles.
struct LossAverage: Equatable, Sendable {
  private(set) var tiles = 0
  private var total = 0.0
  private var reconstruction = 0.0
  private var contrast = 0.0

  init() {}

  mutating func add(_ loss: TrainingLoss, tiles count: Int) {
    tiles += count
    total += Double(loss.total) * Double(count)
    reconstruction += Double(loss.reconstruction) * Double(count)
    contrast += Double(loss.contrast) * Double(count)
  }

  var mean: TrainingLoss {
    guard tiles > 0 else { return .none }
    let count = Double(tiles)
    return TrainingLoss(
      total: Float(total / count), reconstruction: Float(reconstruction / count),
      contrast: Float(contrast / count))
  }

  /// The exact state as text, for a checkpoint.
  var text: String {
    ([UInt64(tiles)] + [total, reconstruction, contrast].map(\.bitPattern))
      .map { String($0, radix: 16) }.joined(separator: " ")
  }

  init?(text: String) {
    let numbers = text.split(separator: " ").compactMap { UInt64($0, radix: 16) }
    guard numbers.count == 4, let tiles = Int(exactly: numbers[0]) else { return nil }
    self.tiles = tiles
    total = Double(bitPattern: numbers[1])
    reconstruction = Double(bitPattern: numbers[2])
    contrast = Double(bitPattern: numbers[3])
    // A training never goes on after any other; what is not made small is no number.
    guard total.isFinite else { return nil }
  }
}

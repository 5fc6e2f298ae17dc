public import NeuralNetwork

/// Tiles for one step of training.
public struct TileBatch: TrainingBatch {
  /// (tiles, 128, 128), values from 0 to 1.
  public let tiles: Tensor
  /// From another part of the same track each, of the same shape; where views are compared.
  public let others: Tensor?

  /// Tiles, those of other parts counted too.
  public var tileCount: Int { tiles.shape[0] * (others == nil ? 1 : 2) }
}

/// Makes the batches of an epoch from random crops, each the same on every run.
///
/// A batch never holds a track twice, since views of one track would be called different.
public struct TileBatches: BatchSource {
  let tracks: TrainingTracks
  private let order: TrackOrder
  let isPaired: Bool
  let augmentation: MelAugmentation
  private let validation: ValidationTiles
  private let validationBatches: [[(track: Int, start: Int)]]

  init(_ tracks: TrainingTracks, _ split: DataSplit, _ settings: NetworkTrainingSettings) {
    self.tracks = tracks
    order = TrackOrder(split.training, settings)
    isPaired = settings.objective != .reconstruction
    augmentation = settings.augmentation
    validation = ValidationTiles(
      tracks: tracks, members: split.validation, tilesPerTrack: settings.validationTiles,
      isPaired: isPaired)
    validationBatches = validation.batches(of: settings.batchSize)
  }

  /// That of the tracks.
  public var fingerprint: String { tracks.fingerprint }

  /// Batches in an epoch.
  public var count: Int { order.count }
  /// Tiles in an epoch.
  public var tilesPerEpoch: Int { count * order.width * (isPaired ? 2 : 1) }

  /// The tracks of each batch of an epoch.
  public func order(epochSeed: UInt64) -> [[Int]] { order.batches(epochSeed: epochSeed) }

  /// One batch.
  public func batch(
    _ number: Int, of numbers: [Int], epochSeed: UInt64
  ) throws(FeatureCacheError) -> TileBatch {
    var first: [Float] = []
    var second: [Float] = []
    let size = MelBands.count * MelBands.count
    first.reserveCapacity(numbers.count * size)
    if isPaired { second.reserveCapacity(numbers.count * size) }
    for (place, track) in numbers.enumerated() {
      var generator = SeededGenerator(seed: epochSeed, piece: number, place)
      let starts = starts(in: tracks.tracks[track].columnCount, using: &generator)
      first += try tile(track, at: starts.0, of: numbers, using: &generator)
      if isPaired { second += try tile(track, at: starts.1, of: numbers, using: &generator) }
    }
    let shape = [numbers.count, MelBands.count, MelBands.count]
    return TileBatch(
      tiles: Tensor(shape: shape, values: first),
      others: isPaired ? Tensor(shape: shape, values: second) : nil)
  }

  /// Batches of the tracks that are kept apart.
  public var validationCount: Int { validationBatches.count }

  /// One of them.
  public func validationBatch(_ number: Int) throws(FeatureCacheError) -> TileBatch {
    try validation.batch(validationBatches[number])
  }

  /// Where one or two crops begin. Two do not overlap where the track is long enough, and lie as
  /// far apart as they can where it is not.
  func starts(in columnCount: Int, using generator: inout SeededGenerator) -> (Int, Int) {
    let side = MelBands.count
    let last = columnCount - side
    guard isPaired else { return (generator.below(last + 1), 0) }
    guard last >= side else { return generator.below(2) == 0 ? (0, last) : (last, 0) }
    // Two starts at least a tile apart: drawn without the gap, which is then put between them.
    let room = last - side + 1
    let (one, other) = (generator.below(room), generator.below(room))
    return one <= other ? (one, other + side) : (one + side, other)
  }

  private func tile(
    _ track: Int, at start: Int, of numbers: [Int], using generator: inout SeededGenerator
  ) throws(FeatureCacheError) -> [Float] {
    let columns = tracks.tracks[track].columnCount
    let side = MelBands.count
    let changes = try augmentation.draw(using: &generator) {
      generator throws(FeatureCacheError) -> MelCrop? in
      let others = numbers.filter { $0 != track }
      guard !others.isEmpty else { return nil }
      let other = others[generator.below(others.count)]
      let place = generator.below(tracks.tracks[other].columnCount - side + 1)
      return try tracks.crop(place..<(place + side), of: other)
    }
    let reencoded =
      augmentation.reencoding > 0 && generator.unit() < augmentation.reencoding
    let end = min(columns, start + augmentation.cropWidth)
    let crop = try tracks.crop(start..<end, of: track, reencoded: reencoded)
    guard augmentation != .none else { return crop.tile() }
    return changes.apply(to: crop, using: &generator)
  }
}

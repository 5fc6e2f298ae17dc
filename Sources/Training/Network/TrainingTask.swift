public import NeuralNetwork

/// What a ``NetworkTrainer`` trains: a network with the batches it learns from and their loss.
public protocol TrainingTask {
  /// Where the batches come from.
  associatedtype Batches: BatchSource

  /// What the network is called in checkpoints.
  var name: String { get }

  /// What is trained, with paths.
  var namedParameters: [(name: String, parameter: Parameter)] { get }

  /// Where the batches come from.
  var batches: Batches { get }

  /// The loss of a batch; with `training`, the gradients of all parameters too.
  func loss(of batch: Batches.Batch, training: Bool) -> TrainingLoss
}

/// Makes the batches of an epoch, each the same on every run, whatever thread asks for it.
public protocol BatchSource: Sendable {
  /// One batch.
  associatedtype Batch: TrainingBatch

  /// What a checkpoint belongs to: it changes with the music.
  var fingerprint: String { get }

  /// Tiles (or windows, or whatever a batch is made of) in an epoch.
  var tilesPerEpoch: Int { get }

  /// Batches in an epoch.
  var count: Int { get }

  /// The tracks of each batch of an epoch, ``count`` times.
  func order(epochSeed: UInt64) -> [[Int]]

  /// One batch of an epoch.
  func batch(
    _ number: Int, of tracks: [Int], epochSeed: UInt64
  ) throws(FeatureCacheError) -> Batch

  /// Batches of the tracks that are kept apart, the same each time.
  var validationCount: Int { get }

  /// One of them.
  func validationBatch(_ number: Int) throws(FeatureCacheError) -> Batch
}

/// What one step learns from.
public protocol TrainingBatch: Sendable {
  /// How many tiles it counts for.
  var tileCount: Int { get }
}

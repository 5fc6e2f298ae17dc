public import FileAccess
internal import NeuralNetwork
internal import ParallelWork

/// What a training tells while it goes on.
public enum TrainingEvent: Sendable {
  /// So many tiles of an epoch (from 1) are learnt from, at this mean loss so far.
  case progressed(epoch: Int, tiles: Int, of: Int, loss: TrainingLoss)
  /// An epoch is done and, where a checkpoint is kept, on the disk.
  case finishedEpoch(EpochRecord)
}

/// How a training ended.
public enum TrainingOutcome: Sendable {
  /// After its last epoch.
  case finished
  /// Early: the validation loss has stopped falling.
  case converged
  /// It was told to stop.
  case stopped
}

/// Trains a network, and goes on where an earlier training stopped.
///
/// Everything random begins at the seed, and each tile has a generator of its own, so that the same
/// music, settings and number of compute threads give the same weights, bit for bit, whether or not
/// the training was stopped and continued in between.
public final class NetworkTrainer<Task: TrainingTask> {
  /// What came of each epoch.
  public private(set) var history: [EpochRecord] = []
  /// The number of tiles of an epoch.
  public var tilesPerEpoch: Int { task.batches.tilesPerEpoch }

  /// What is trained.
  public let task: Task
  private let settings: NetworkTrainingSettings
  private let checkpointPath: FilePath?
  private let now: () -> Double
  private let optimizer: Adam
  private let parameters: [Parameter]

  private var generator: SeededGenerator
  private var epochSeed: UInt64 = 0
  private var step = 0
  private var losses = LossAverage()
  private var best: [Tensor] = []
  /// Seconds that the epoch under way took before the present run.
  private var seconds = 0.0

  /// Makes a trainer of a task whose network has its first weights.
  /// - Parameters:
  ///   - checkpoint: the file that is written after each epoch, and when the training is told to stop.
  ///   - now: seconds from any beginning; for telling how long epochs took, and nothing else.
  public init(
    _ task: Task, settings: NetworkTrainingSettings, checkpoint: FilePath?,
    now: @escaping () -> Double
  ) {
    self.task = task
    self.settings = settings
    self.now = now
    checkpointPath = checkpoint
    parameters = task.namedParameters.map(\.parameter)
    optimizer = Adam(
      learningRate: settings.learningRate,
      weightDecay: settings.weightDecay > 0 ? .decoupled(settings.weightDecay) : .none)
    generator = SeededGenerator(seed: settings.seed)
  }

  /// Goes on from the checkpoint, if there is one.
  /// - Returns: whether there was one.
  /// - Throws: `otherNetwork`, `otherData`, `otherSetting` where it belongs to another training,
  ///   `notACheckpoint`, `damagedCheckpoint`, `file`.
  public func restore() throws(NetworkTrainingError) -> Bool {
    guard let path = checkpointPath,
      (try? FolderEntry(at: path, followLinks: true)) != nil
    else { return false }
    let checkpoint = try TrainingCheckpoint(path, of: task.namedParameters)
    guard checkpoint.network == task.name else {
      throw NetworkTrainingError(code: .otherNetwork, path: path)
    }
    let earlier = Dictionary(
      checkpoint.settings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    for (name, value) in settings.lastingFacts where earlier[name] != value {
      throw NetworkTrainingError(
        code: .otherSetting(name: name, checkpoint: earlier[name] ?? "none", now: value), path: path
      )
    }
    guard checkpoint.data == task.batches.fingerprint, checkpoint.step <= task.batches.count else {
      throw NetworkTrainingError(code: .otherData, path: path)
    }
    // What no training writes would run over later, or train something else without a word.
    let count = task.batches.count
    guard checkpoint.optimizer.steps == checkpoint.epoch * count + checkpoint.step,
      checkpoint.losses.tiles == checkpoint.step * (tilesPerEpoch / max(1, count))
    else { throw NetworkTrainingError(code: .damagedCheckpoint, path: path) }
    for (parameter, value) in zip(parameters, checkpoint.parameters) { parameter.value = value }
    optimizer.state = checkpoint.optimizer
    generator = SeededGenerator(seed: checkpoint.generator)
    (epochSeed, step, losses) = (checkpoint.epochSeed, checkpoint.step, checkpoint.losses)
    (history, best) = (checkpoint.history, checkpoint.best)
    seconds = checkpoint.seconds
    return true
  }

  /// Trains until all epochs are done, the loss has stopped falling, or `report` says so. The network
  /// then has the weights of its best epoch, unless it was stopped.
  /// - Parameter report: false stops, after a checkpoint was written.
  /// - Throws: `diverged`, `cache`, `file`.
  public func run(
    report: (TrainingEvent) -> Bool
  ) throws(NetworkTrainingError) -> TrainingOutcome {
    var outcome = TrainingOutcome.finished
    while history.count < settings.epochs {
      if hasConverged {
        outcome = .converged
        break
      }
      guard try runEpoch(report: report) else {
        try save()
        return .stopped
      }
    }
    if !settings.keepsLast {
      for (parameter, value) in zip(parameters, best) { parameter.value = value }
    }
    return outcome
  }

  /// The tiles of the epoch under way that are learnt from already.
  public var tilesUnderWay: Int { losses.tiles }

  /// The epoch whose weights are kept, counted from 1; nil before the first.
  public var bestEpoch: Int? {
    settings.keepsLast
      ? history.last?.epoch
      : history.min { left, right in left.decisive < right.decisive }?.epoch
  }

  private var hasConverged: Bool {
    guard settings.patience > 0 else { return false }
    var stopping = EarlyStopping(patience: settings.patience)
    return history.contains { stopping.shouldStop(after: $0.decisive) }
  }

  /// One epoch, or what is left of it; false when told to stop.
  private func runEpoch(report: (TrainingEvent) -> Bool) throws(NetworkTrainingError) -> Bool {
    if step == 0 { epochSeed = generator.next() }
    let (batches, epochSeed) = (task.batches, epochSeed)
    let order = batches.order(epochSeed: epochSeed)
    let epoch = history.count + 1
    let begin = now()
    var failure: NetworkTrainingError?
    var goesOn = true
    // One thread makes tiles while this one learns.
    ParallelWork.run(
      step..<order.count, width: 1, ordered: true,
      work: { number in
        Result { () throws(FeatureCacheError) in
          try batches.batch(number, of: order[number], epochSeed: epochSeed)
        }
      },
      receive: { number, result in
        switch result {
        case .failure(let error):
          failure = NetworkTrainingError(error)
          return false
        case .success(let batch):
          optimizer.learningRate = rate(step: (epoch - 1) * order.count + number)
          let loss = task.loss(of: batch, training: true)
          guard loss.total.isFinite else {
            failure = NetworkTrainingError(code: .diverged(epoch: epoch), path: nil)
            return false
          }
          if settings.gradientNorm > 0 {
            clipGradients(of: parameters, toNorm: settings.gradientNorm)
          }
          optimizer.step(parameters)
          losses.add(loss, tiles: batch.tileCount)
          step = number + 1
          goesOn = report(
            .progressed(
              epoch: epoch, tiles: losses.tiles, of: tilesPerEpoch, loss: losses.mean))
          return goesOn
        }
      })
    if let failure { throw failure }
    seconds += now() - begin
    guard step == order.count else { return false }
    // The last step of all is not followed by another loss that would tell.
    guard parameters.allSatisfy({ $0.value.isFinite }) else {
      throw NetworkTrainingError(code: .diverged(epoch: epoch), path: nil)
    }
    let record = EpochRecord(
      epoch: epoch, training: losses.mean, validation: .none,
      learningRate: optimizer.learningRate, tiles: losses.tiles, seconds: Float(seconds))
    try finish(record)
    return report(.finishedEpoch(history[epoch - 1])) && goesOn
  }

  private func finish(_ record: EpochRecord) throws(NetworkTrainingError) {
    let validation = try validate()
    let whole = EpochRecord(
      epoch: record.epoch, training: record.training, validation: validation,
      learningRate: record.learningRate, tiles: record.tiles, seconds: record.seconds)
    let isBest = history.allSatisfy { whole.decisive < $0.decisive }
    history.append(whole)
    if isBest || best.isEmpty { best = parameters.map(\.value) }
    (step, losses, epochSeed, seconds) = (0, LossAverage(), 0, 0)
    try save()
  }

  /// The learning rate of a step, counted from 0 over all epochs.
  func rate(step: Int) -> Float {
    let warmUp = settings.warmUpEpochs * task.batches.count
    if settings.schedule == .cosine {
      return CosineSchedule(
        peak: settings.learningRate, warmUpSteps: warmUp,
        steps: max(warmUp, settings.epochs * task.batches.count)
      ).rate(at: step)
    }
    var rate = settings.learningRate
    if settings.schedule == .plateau {
      // Told all losses anew, so that nothing but the history needs to be kept.
      var schedule = PlateauSchedule(
        rate: rate, factor: 0.5, patience: settings.plateauPatience)
      for record in history { schedule.record(loss: record.decisive) }
      rate = schedule.rate
    }
    return step < warmUp ? rate * Float(step + 1) / Float(warmUp) : rate
  }

  /// The loss on the tracks that are kept apart: always the same tiles, as they are.
  private func validate() throws(NetworkTrainingError) -> TrainingLoss {
    let batches = task.batches
    guard batches.validationCount > 0 else { return .none }
    var average = LossAverage()
    var failure: NetworkTrainingError?
    ParallelWork.run(
      0..<batches.validationCount, width: 1, ordered: true,
      work: { number in
        Result { () throws(FeatureCacheError) in try batches.validationBatch(number) }
      },
      receive: { _, result in
        switch result {
        case .failure(let error):
          failure = NetworkTrainingError(error)
          return false
        case .success(let batch):
          average.add(task.loss(of: batch, training: false), tiles: batch.tileCount)
          return true
        }
      })
    if let failure { throw failure }
    return average.mean
  }

  private func save() throws(NetworkTrainingError) {
    guard let checkpointPath else { return }
    var checkpoint = TrainingCheckpoint(
      network: task.name, data: task.batches.fingerprint, settings: settings.facts,
      generator: generator.state, parameters: task.namedParameters)
    checkpoint.epoch = history.count
    checkpoint.step = step
    checkpoint.epochSeed = epochSeed
    checkpoint.losses = losses
    checkpoint.seconds = seconds
    checkpoint.history = history
    checkpoint.optimizer = optimizer.state
    checkpoint.best = best
    try checkpoint.write(to: checkpointPath)
  }
}

extension NetworkTrainer where Task == TileTask {
  /// Makes a trainer of a network of tiles with its first weights. Where vectors alone are compared, a
  /// decoder is left as it is.
  /// - Parameters:
  ///   - tracks: all of them.
  ///   - split: which are learnt from.
  ///   - checkpoint: the file that is written after each epoch, and when the training is told to stop.
  ///   - now: seconds from any beginning; for telling how long epochs took, and nothing else.
  /// - Throws: `tooFewTracks`.
  public convenience init(
    _ network: NetworkInTraining, tracks: TrainingTracks, split: DataSplit,
    settings: NetworkTrainingSettings, checkpoint: FilePath?, now: @escaping () -> Double
  ) throws(NetworkTrainingError) {
    let needed = settings.objective == .reconstruction ? 1 : 2
    guard split.training.count >= needed else {
      throw NetworkTrainingError(
        code: .tooFewTracks(split.training.count, needed: needed), path: nil)
    }
    self.init(
      TileTask(network, TileBatches(tracks, split, settings), settings: settings),
      settings: settings, checkpoint: checkpoint, now: now)
  }
}

extension Tensor {
  /// Whether every number is one.
  fileprivate var isFinite: Bool {
    withNumbers { numbers in numbers.reduce(into: 0) { $0 |= $1.isFinite ? 0 : 1 } == 0 }
  }
}

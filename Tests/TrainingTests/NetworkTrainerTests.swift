import Embedding
import FileAccess
import NeuralNetwork
import TestSupport
import Testing

@testable import Training

@Suite("Training a network")
struct NetworkTrainerTests {
  let folder = TemporaryFolder()
  let tracks: TrainingTracks
  let split: DataSplit

  init() throws {
    let cache = try TrainingData.cache(
      folder.path.appending("cache"), seconds: [8, 16, 9, 16, 8, 10, 16])
    tracks = try TrainingData.tracks(cache, count: 7)
    split = DataSplit(tracks.tracks, validationShare: 0.3, seed: 1)
  }

  static func settings(_ objective: NetworkTrainingSettings.Objective) -> NetworkTrainingSettings {
    var settings = NetworkTrainingSettings()
    settings.objective = objective
    settings.epochs = 3
    settings.tilesPerTrack = 3
    settings.batchSize = 2
    settings.schedule = .plateau
    settings.warmUpEpochs = 1
    settings.augmentation = .full
    return settings
  }

  private func trainer(
    _ network: NetworkInTraining, _ settings: NetworkTrainingSettings, checkpoint: String? = nil
  ) throws -> NetworkTrainer<TileTask> {
    try NetworkTrainer(
      network, tracks: tracks, split: split, settings: settings,
      checkpoint: checkpoint.map { folder.path.appending($0) }, now: { 0 })
  }

  private func weights(
    _ network: NetworkInTraining, _ objective: NetworkTrainingSettings.Objective = .both
  ) -> [[UInt32]] {
    // Where vectors alone are compared, the decoder is nobody's concern.
    network.encoder.parameters.map { $0.value.values.map(\.bitPattern) }
      + (objective == .contrastive ? [] : network.decoder?.parameters ?? []).map {
        $0.value.values.map(\.bitPattern)
      }
  }

  @Test(
    "that was stopped after any step and continued gives the same weights, bit for bit",
    arguments: NetworkTrainingSettings.Objective.allCases)
  func continuing(objective: NetworkTrainingSettings.Objective) throws {
    let settings = Self.settings(objective)
    let unbroken = TrainingData.smallNetwork()
    let whole = try trainer(unbroken, settings)
    #expect(try whole.run { _ in true } == .finished)
    for stop in [1, 4, 7, 11] {
      let name = "checkpoint-\(stop)"
      var steps = 0
      let first = try trainer(TrainingData.smallNetwork(), settings, checkpoint: name)
      #expect(try !first.restore())
      let outcome = try first.run { _ in
        steps += 1
        return steps < stop
      }
      #expect(outcome == .stopped)
      // What it begins with is of no account: all comes from the file.
      let network = TrainingData.smallNetwork(seed: 99)
      let second = try trainer(network, settings, checkpoint: name)
      #expect(try second.restore())
      #expect(try second.run { _ in true } == .finished)
      let isSame = weights(network, objective) == weights(unbroken, objective)
      #expect(isSame)
      #expect(second.bestEpoch == whole.bestEpoch)
      #expect(second.history.map(\.training) == whole.history.map(\.training) || objective != .both)
      #expect(second.history.map(\.decisive) == whole.history.map(\.decisive))
      #expect(second.history.map(\.learningRate) == whole.history.map(\.learningRate))
    }
  }

  @Test("that was killed goes on from its last whole epoch to the same weights")
  func killed() throws {
    let settings = Self.settings(.both)
    let unbroken = TrainingData.smallNetwork()
    _ = try trainer(unbroken, settings).run { _ in true }
    struct Kill: Error {}
    // The checkpoint as it lay on the disk when the second epoch was under way.
    let killed = try trainer(TrainingData.smallNetwork(), settings, checkpoint: "killed")
    var copy: [UInt8] = []
    let path = folder.path.appending("killed")
    _ = try killed.run { event in
      if case .progressed(2, _, _, _) = event, copy.isEmpty {
        copy = (try? ReadableFile(path).contents(limit: 1 << 26)) ?? []
      }
      return true
    }
    _ = try folder.write(copy, as: "as-left")
    let network = TrainingData.smallNetwork(seed: 3)
    let next = try trainer(network, settings, checkpoint: "as-left")
    #expect(try next.restore())
    #expect(next.history.count == 1)
    _ = try next.run { _ in true }
    let isSame = weights(network) == weights(unbroken)
    #expect(isSame)
  }

  @Test("lowers the loss on tracks it has not seen")
  func learns() throws {
    var settings = Self.settings(.reconstruction)
    settings.epochs = 12
    settings.augmentation = .none
    settings.tilesPerTrack = 8
    settings.warmUpEpochs = 0
    settings.learningRate = 3e-3
    let trainer = try trainer(TrainingData.smallNetwork(), settings)
    _ = try trainer.run { _ in true }
    let losses = trainer.history.map(\.validation.total)
    #expect(trainer.history.last?.training.total ?? 1 < 0.4 * trainer.history[0].training.total)
    #expect(losses.min() ?? 1 < losses[0])
  }

  @Test("tells views of one track from others better and better")
  func learnsViews() throws {
    var settings = Self.settings(.contrastive)
    settings.epochs = 8
    settings.batchSize = 5
    settings.tilesPerTrack = 6
    settings.augmentation = .none
    let trainer = try trainer(TrainingData.smallNetwork(), settings)
    _ = try trainer.run { _ in true }
    let losses = trainer.history.map(\.training.contrast)
    #expect(losses[7] < 0.5 * losses[0])
    #expect(trainer.history.allSatisfy { $0.training.reconstruction.isNaN })
  }

  @Test("refuses a checkpoint of other settings, data or another network, and says why")
  func refusals() throws {
    let settings = Self.settings(.reconstruction)
    let first = try trainer(TrainingData.smallNetwork(), settings, checkpoint: "checkpoint")
    _ = try first.run { event in if case .finishedEpoch = event { false } else { true } }
    let path = folder.path.appending("checkpoint")
    func refusal(
      _ settings: NetworkTrainingSettings, network: NetworkInTraining = TrainingData.smallNetwork()
    ) throws -> NetworkTrainingError.Code? {
      let trainer = try trainer(network, settings, checkpoint: "checkpoint")
      return #expect(throws: NetworkTrainingError.self) { try trainer.restore() }?.code
    }
    var other = settings
    other.learningRate = 0.5
    #expect(
      try refusal(other)
        == .otherSetting(name: "learning-rate", checkpoint: "0.001", now: "0.5"))
    other = settings
    other.augmentation.noise = 3...4
    if case .otherSetting("augmentation", _, _) = try refusal(other) {
    } else {
      Issue.record("another augmentation was not refused")
    }
    // More epochs are no other training, but they are along a cosine.
    other = settings
    other.epochs = 9
    #expect(try trainer(TrainingData.smallNetwork(), other, checkpoint: "checkpoint").restore())
    let small = TrainingData.smallNetwork()
    #expect(
      try refusal(
        settings,
        network: NetworkInTraining(name: "big", encoder: small.encoder, decoder: small.decoder))
        == .otherNetwork)
    let fewer = try #require(
      try TrainingTracks(
        tracks.tracks.dropLast().map { ($0.name, $0.artist) },
        in: FeatureCache(folder.path.appending("cache"))))
    let elsewhere = try NetworkTrainer(
      TrainingData.smallNetwork(), tracks: fewer,
      split: DataSplit(fewer.tracks, validationShare: 0.3, seed: 1), settings: settings,
      checkpoint: path, now: { 0 })
    #expect(throws: NetworkTrainingError(code: .otherData, path: path)) {
      try elsewhere.restore()
    }
    for bytes in [[], Array("no checkpoint".utf8)] {
      let file = try folder.write(bytes, as: "checkpoint")
      let trainer = try trainer(TrainingData.smallNetwork(), settings, checkpoint: "checkpoint")
      #expect(throws: NetworkTrainingError(code: .notACheckpoint, path: file)) {
        try trainer.restore()
      }
    }
  }

  @Test("refuses a checkpoint that was changed, cut, or says what no training writes")
  func forgeries() throws {
    let settings = Self.settings(.reconstruction)
    let network = TrainingData.smallNetwork()
    let first = try trainer(network, settings, checkpoint: "checkpoint")
    var steps = 0
    // After an epoch of six steps and two more.
    _ = try first.run { _ in
      steps += 1
      return steps < 9
    }
    let path = folder.path.appending("checkpoint")
    let bytes = try ReadableFile(path).contents(limit: 1 << 26)
    func refusal(_ bytes: [UInt8]? = nil) throws -> NetworkTrainingError.Code? {
      if let bytes { _ = try folder.write(bytes, as: "checkpoint") }
      let trainer = try trainer(TrainingData.smallNetwork(), settings, checkpoint: "checkpoint")
      do throws(NetworkTrainingError) {
        _ = try trainer.restore()
        return nil
      } catch {
        #expect(error.path == path)
        return error.code
      }
    }
    #expect(try refusal(bytes) == nil)
    // One bit of a number.
    for place in [bytes.count - 5, bytes.count / 2] {
      var changed = bytes
      changed[place] ^= 1
      #expect(try refusal(changed) == .damagedCheckpoint, "byte \(place)")
    }
    _ = try refusal(bytes)
    let file = try SafeTensors(path)
    var metadata = file.metadata
    metadata["epoch_seed"] = "7"
    let tensors = try file.names.map { ($0, try file.tensor($0)) }
    try SafeTensors.write(tensors, metadata: metadata, to: path)
    #expect(try refusal() == .damagedCheckpoint)
    metadata["checksum"] = nil
    try SafeTensors.write(tensors, metadata: metadata, to: path)
    #expect(try refusal() == .damagedCheckpoint)
    metadata["format_version"] = "1"
    try SafeTensors.write(tensors, metadata: metadata, to: path)
    #expect(try refusal() == .notACheckpoint)
    for count in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
      #expect(try refusal(Array(bytes[..<count])) == .notACheckpoint, "\(count) bytes")
    }
    // With the right checksum, but numbers that would run over.
    _ = try folder.write(bytes, as: "checkpoint")
    let sound = try TrainingCheckpoint(path, of: network.namedParameters)
    #expect(sound.step > 0 && sound.epoch == 1)
    let forgeries: [(inout TrainingCheckpoint) -> Void] = [
      { $0.optimizer.steps = .max }, { $0.optimizer.steps = 1 },
      { $0.losses.add(TrainingLoss(total: 0, reconstruction: 0, contrast: 0), tiles: 1 << 62) },
      { $0.losses = LossAverage() }, { $0.step -= 1 },
    ]
    for forge in forgeries {
      var forged = sound
      forge(&forged)
      try forged.write(to: path)
      #expect(try refusal() == .damagedCheckpoint)
    }
    try sound.write(to: path)
    #expect(try refusal() == nil)
  }

  @Test("stops when the validation loss has stopped falling, and keeps the best weights")
  func converges() throws {
    var settings = Self.settings(.reconstruction)
    settings.epochs = 40
    settings.patience = 2
    settings.learningRate = 0.05
    let network = TrainingData.smallNetwork()
    let trainer = try trainer(network, settings)
    #expect(try trainer.run { _ in true } == .converged)
    #expect(trainer.history.count < 40)
    let best = try #require(trainer.bestEpoch)
    #expect(best == trainer.history.count - 2)
    #expect(
      trainer.history[best - 1].decisive == trainer.history.map(\.decisive).min())
  }

  @Test("says when the loss is no longer a number")
  func diverges() throws {
    var settings = Self.settings(.reconstruction)
    settings.learningRate = .infinity
    settings.warmUpEpochs = 0
    settings.schedule = .constant
    let trainer = try trainer(TrainingData.smallNetwork(), settings)
    #expect(throws: NetworkTrainingError(code: .diverged(epoch: 1), path: nil)) {
      try trainer.run { _ in true }
    }
  }
}

import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Hashing
import NeuralNetwork
import ParallelWork
import Training

/// `earshot train` for networks: listens, trains, measures, writes.
struct NetworkTrainCommand {
  let context: CommandContext
  let architecture: NetworkArchitecture
  let files: TrainingFiles
  let settings: NetworkTrainingSettings
  let threads: Int

  /// The options that only networks have.
  static let options = [
    "name", "cache", "objective", "epochs", "tiles-per-track", "batch", "learning-rate", "schedule",
    "warm-up", "patience", "weight-decay", "augment", "temperature", "reconstruction-weight",
    "validation", "seed", "threads", "restart", "evaluate", "half", "json",
  ]

  /// Understands the options.
  /// - Throws: `UsageError`.
  init(
    _ context: CommandContext, _ architecture: NetworkArchitecture, output: FilePath
  ) throws {
    self.context = context
    self.architecture = architecture
    files = TrainingFiles(model: output, cache: context.arguments.path("cache"))
    settings = try Self.settings(context.arguments, architecture)
    threads = context.arguments.integerIfGiven("threads") ?? ParallelWork.processorCount
  }

  func run() throws -> ExitStatus {
    let arguments = context.arguments
    try context.protect(arguments.paths("evaluate") + arguments.paths("data") + [files.cache])
    // A model called like one of the files beside it would push that out.
    guard !files.others.contains(files.model) else {
      throw arguments.usageError(
        .outputIsInput(option: "--output", value: files.model.string))
    }
    let music = try TrainingMusic(arguments.paths("data"))
    Interruption.note()
    let withCopies = settings.augmentation.reencoding > 0
    let filling = FeatureCacheFilling(
      path: files.cache, copies: withCopies ? files.copies : nil)
    guard let failed = try filling.fill(from: music.tracks.map(\.file), context) else {
      context.messages.say("stopped while listening; run the same command again to go on")
      return Interruption.exitStatus
    }
    let artists = music.artists()
    let tracks = try TrainingTracks(
      zip(music.tracks, artists).map { ($0.file, $1) }, in: FeatureCache(files.cache),
      copies: withCopies ? FeatureCache(files.copies) : nil)
    let split = DataSplit(
      tracks.tracks, validationShare: settings.validationShare, seed: settings.seed)
    let network = EmbeddingNetwork(architecture, seed: settings.seed)
    let inTraining = NetworkInTraining(network)
    let trainer = try NetworkTrainer(
      inTraining, tracks: tracks, split: split, settings: settings, checkpoint: files.checkpoint,
      now: ProgressLine.monotonicSeconds)
    if !arguments.flag("restart"), try trainer.restore() {
      context.messages.say(
        "going on after epoch \(trainer.history.count) from \(files.checkpoint.string)")
    }
    let outcome = try ComputeThreads.$count.withValue(threads) { try train(trainer) }
    try write(curves: trainer.history)
    if outcome == .stopped {
      context.messages.say(
        "stopped after \(NumberText.count(trainer.history.count, "whole epoch")); run the same "
          + "command again to go on from \(files.checkpoint.string)")
      return Interruption.exitStatus
    }
    let maker = NetworkModelMaker(
      command: self, network: network, tracks: tracks, split: split, trainer: trainer,
      music: music)
    let model = try ComputeThreads.$count.withValue(threads) { try maker.make() }
    try finish(model, maker)
    return failed > 0 ? .someFailed : .success
  }

  // MARK: - Training

  private func train(_ trainer: NetworkTrainer) throws -> NetworkTrainer.Outcome {
    let option = context.arguments.choice("progress")
    let progress = ProgressLine(
      style: ProgressLine.Style(option: option, messages: context.messages), verb: "Training",
      noun: "tiles", total: settings.epochs * trainer.tilesPerEpoch, messages: context.messages,
      from: trainer.history.count * trainer.tilesPerEpoch)
    defer { progress.finish() }
    return try trainer.run { event in
      switch event {
      case .progressed(let epoch, let tiles, let all, let loss):
        progress.update(
          done: (epoch - 1) * all + tiles,
          note: "epoch \(epoch) of \(settings.epochs), loss \(LossText.short(loss.total))")
      case .finishedEpoch(let record):
        if context.arguments.flag("json") { context.writeLine(JSONObject(record)) }
        if option != "none" { context.messages.say(text(record)) }
      }
      return !Interruption.isWanted
    }
  }

  private func text(_ record: EpochRecord) -> String {
    var text =
      "epoch \(record.epoch) of \(settings.epochs): loss \(LossText.short(record.training.total))"
    if !record.validation.total.isNaN {
      text += ", validation \(LossText.short(record.validation.total))"
    }
    if settings.objective == .both {
      let shown = record.validation.total.isNaN ? record.training : record.validation
      text +=
        " (reconstruction \(LossText.short(shown.reconstruction)), "
        + "contrast \(LossText.short(shown.contrast)))"
    }
    if record.seconds > 0 {
      text += ", " + NumberText.rate(Double(Float(record.tiles) / record.seconds), of: "tiles")
    }
    return text
  }

  // MARK: - Results

  private func write(curves history: [EpochRecord]) throws {
    guard !history.isEmpty else { return }
    try WrittenFile.replace(files.curves, with: TrainingCurves.table(history))
    try WrittenFile.replace(
      files.picture,
      with: TrainingCurves.picture(history, title: "Training of \(modelName)", settings))
  }

  var modelName: String { context.arguments.text("name") ?? architecture.rawValue }

  private func finish(_ model: EmbeddingModel, _ maker: NetworkModelMaker) throws {
    try model.write(to: files.model)
    var measured: String?
    let labels = context.arguments.paths("evaluate")
    if !labels.isEmpty { measured = try EvaluateCommand.table(labels, model, context) }
    try WrittenFile.replace(files.card, with: Array(maker.text(model, measured: measured).utf8))
    let best = maker.bestEpoch
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object.append(path: files.model)
      object["model"] = .object(JSONObject(model))
      object["bestEpoch"] = .integer(best.epoch)
      object["parameters"] = .integer(maker.parameterCount)
      object["tracks"] = .integer(maker.split.training.count)
      object["validationTracks"] = .integer(maker.split.validation.count)
      context.writeLine(object)
    }
    context.messages.say(
      "\(files.model.string): \(model.name) \(model.identity.hexadecimal.prefix(12)), the weights of "
        + "epoch \(best.epoch), trained on \(NumberText.count(maker.split.training.count, "track"))"
    )
  }
}

/// Losses as people read them.
enum LossText {
  /// Four significant digits or so.
  static func short(_ loss: Float) -> String {
    let value = Double(loss)
    guard value.isFinite else { return "\(loss)" }
    return NumberText.fixed(value, decimals: abs(value) < 0.1 ? 5 : abs(value) < 10 ? 4 : 2)
  }
}

extension JSONObject {
  /// An epoch.
  fileprivate init(_ record: EpochRecord) {
    func losses(_ loss: TrainingLoss) -> JSONValue {
      [
        "total": .float(loss.total), "reconstruction": .float(loss.reconstruction),
        "contrast": .float(loss.contrast),
      ]
    }
    self = .versioned
    self["epoch"] = .integer(record.epoch)
    self["training"] = losses(record.training)
    self["validation"] = losses(record.validation)
    self["learningRate"] = .float(record.learningRate)
    self["tiles"] = .integer(record.tiles)
    self["seconds"] = .float(record.seconds)
  }
}

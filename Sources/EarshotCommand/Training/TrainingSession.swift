import CommandInterface
import Embedding
import Evaluation
import FileAccess
import FileFormats
import Hashing
import NeuralNetwork
import ParallelWork
import Training

/// What the trainings of all networks have in common: how they go on, what they tell, and the files they
/// leave.
struct TrainingSession {
  let context: CommandContext
  let files: TrainingFiles
  let settings: NetworkTrainingSettings
  /// What the model is to call itself.
  let modelName: String

  /// Sees that nothing that is read or must be kept is overwritten.
  func protectFiles() throws {
    let arguments = context.arguments
    try context.protect(arguments.paths("evaluate") + arguments.paths("data") + [files.cache])
    // A model called like one of the files beside it would push that out.
    guard !files.others.contains(files.model) else {
      throw arguments.usageError(
        .outputIsInput(option: "--output", value: files.model.string))
    }
    // Known now rather than after hours.
    let tables = arguments.paths("evaluate")
    if !tables.isEmpty { _ = try LabelTable(tables) }
  }

  /// A line of progress in the style that was asked for.
  func progress(
    _ verb: String, _ noun: String, total: Int, from done: Int = 0
  ) -> ProgressLine {
    ProgressLine(
      style: ProgressLine.Style(
        option: context.arguments.choice("progress"), messages: context.messages), verb: verb,
      noun: noun, total: total, messages: context.messages, from: done)
  }

  /// Looks through a cache, which takes as long as reading it, with a line of progress.
  /// - Parameter check: calls its argument with how many of the tracks are done; false stops.
  func checking<Result>(
    _ total: Int, _ check: (_ report: (Int) -> Bool) throws -> Result
  ) throws -> Result {
    let progress = progress("Checking", "tracks", total: total)
    defer { progress.finish() }
    return try check {
      progress.update(done: $0)
      return !Interruption.isWanted
    }
  }

  /// Runs something with as many threads, and in the precision, as was asked for.
  func computing<Result>(_ body: () throws -> Result) throws -> Result {
    try ComputeThreads.$count.withValue(settings.threads) {
      try ComputePrecision.$training.withValue(settings.precision) { try body() }
    }
  }

  /// Trains until the end, or until told to stop, going on where an earlier training stopped.
  /// - Returns: whether it came to its end.
  func train(_ trainer: NetworkTrainer<some TrainingTask>) throws -> Bool {
    if !context.arguments.flag("restart"), try trainer.restore() {
      context.messages.say(
        "going on after epoch \(trainer.history.count) from \(files.checkpoint.string)")
    }
    let outcome = try computing { try run(trainer) }
    try write(curves: trainer.history)
    guard outcome != .stopped else {
      context.messages.say(
        "stopped after \(NumberText.count(trainer.history.count, "whole epoch")); run the same "
          + "command again to go on from \(files.checkpoint.string)")
      return false
    }
    return true
  }

  private func run(_ trainer: NetworkTrainer<some TrainingTask>) throws -> TrainingOutcome {
    let option = context.arguments.choice("progress")
    let progress = progress(
      "Training", "tiles", total: settings.epochs * trainer.tilesPerEpoch,
      from: trainer.history.count * trainer.tilesPerEpoch + trainer.tilesUnderWay)
    defer { progress.finish() }
    var failure: (any Error)?
    let outcome = try trainer.run { event in
      switch event {
      case .progressed(let epoch, let tiles, let all, let loss):
        progress.update(
          done: (epoch - 1) * all + tiles,
          note: "epoch \(epoch) of \(settings.epochs), loss \(LossText.short(loss.total))")
      case .finishedEpoch(let record):
        if context.arguments.flag("json") { context.writeLine(JSONObject(record)) }
        if option != "none" { context.messages.say(text(record)) }
        do { try write(curves: trainer.history) } catch { failure = error }
      }
      return failure == nil && !Interruption.isWanted
    }
    if let failure { throw failure }
    return outcome
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

  private func write(curves history: [EpochRecord]) throws {
    guard !history.isEmpty else { return }
    try WrittenFile.replace(files.curves, with: TrainingCurves.table(history))
    try WrittenFile.replace(
      files.picture,
      with: TrainingCurves.picture(history, title: "Training of \(modelName)", settings))
  }

  /// How exactly weights are written.
  var storedPrecision: StoredTensor.Precision {
    context.arguments.flag("half") ? .float16 : .float32
  }

  /// Writes model and card, and tells of them.
  func finish(_ model: EmbeddingModel, _ card: TrainingCard) throws {
    try model.write(to: files.model)
    var measured: String?
    let labels = context.arguments.paths("evaluate")
    if !labels.isEmpty { measured = try EvaluateCommand.table(labels, model, context) }
    try WrittenFile.replace(
      files.card, with: Array(card.text(model, files, measured: measured).utf8))
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object.append(path: files.model)
      object["model"] = .object(JSONObject(model))
      object["bestEpoch"] = .integer(card.best.epoch)
      object["parameters"] = .integer(card.parameterCount)
      object["tracks"] = .integer(card.split.training.count)
      object["validationTracks"] = .integer(card.split.validation.count)
      context.writeLine(object)
    }
    context.messages.say(
      "\(files.model.string): \(model.name) \(model.identity.hexadecimal.prefix(12)), the weights of "
        + "epoch \(card.best.epoch), trained on "
        + NumberText.count(card.split.training.count, "track"))
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

import CommandInterface
import Embedding
import FileAccess
import ParallelWork
import Training

/// `earshot train --model earshot`: listens, trains, finishes, writes.
struct EarshotTrainCommand {
  /// The name of the model, as `--model` has it.
  static let name = "earshot"

  private let session: TrainingSession

  /// Understands the options.
  /// - Throws: `UsageError`.
  init(_ context: CommandContext, output: FilePath) throws {
    session = TrainingSession(
      context: context,
      files: TrainingFiles(
        model: output, cache: context.arguments.path("cache"), cacheEnding: "windows"),
      settings: try TrainingOptions.earshotSettings(context.arguments),
      modelName: context.arguments.text("name") ?? Self.name)
  }

  func run() throws -> ExitStatus {
    let (context, files, settings) = (session.context, session.files, session.settings)
    try session.protectFiles()
    Interruption.note()
    let music = try TrainingMusic(context.arguments.paths("data"))
    let filling = WindowCacheFilling(path: files.cache)
    guard let failed = try filling.fill(from: music.tracks.map(\.file), context),
      let artists = music.artists()
    else { return CacheFilling.stopped(context) }
    let wanted = zip(music.tracks, artists).map { ($0.file, $1) }
    let cache = try WindowCache(files.cache)
    guard
      let tracks = try session.checking(
        wanted.count, { report in try WindowTracks(wanted, in: cache, report: report) })
    else { return CacheFilling.stopped(context) }
    let split = DataSplit(
      artists: tracks.tracks.map(\.artist), validationShare: settings.validationShare,
      seed: settings.seed)
    guard
      let training = try steps(
        "Measuring",
        { report in try EarshotTraining(tracks, split, settings: settings, report: report) })
    else { return CacheFilling.stopped(context) }
    let trainer = training.trainer(
      checkpoint: files.checkpoint, now: ProgressLine.monotonicSeconds)
    guard try session.train(trainer) else { return Interruption.exitStatus }
    guard
      let finished = try steps(
        "Finishing",
        { report in
          try session.computing {
            try training.finish(threads: settings.threads, report: report)
          }
        })
    else { return CacheFilling.stopped(context) }
    guard let epoch = trainer.bestEpoch else { preconditionFailure("a training without epochs") }
    let card = TrainingCard(
      network: Self.name, parameterCount: finished.parameterCount, settings: settings,
      history: trainer.history, best: trainer.history[epoch - 1], split: split,
      trackNames: tracks.tracks.map(\.name), music: music,
      reconstruction: ReconstructionError(finished))
    let model = try finished.model(
      name: session.modelName, card: card.facts, precision: session.storedPrecision)
    try session.finish(model, card)
    return failed > 0 ? .someFailed : .success
  }

  /// Does work that tells its share, with a line of progress in hundredths.
  private func steps<Result>(
    _ verb: String, _ work: (@escaping (Double) -> Bool) throws -> Result?
  ) throws -> Result? {
    let progress = session.progress(verb, "%", total: 100)
    defer { progress.finish() }
    return try work { share in
      progress.update(done: Int(100 * min(1, share)))
      return !Interruption.isWanted
    }
  }
}

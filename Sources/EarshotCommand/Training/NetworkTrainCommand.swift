import CommandInterface
import Embedding
import FileAccess
import NeuralNetwork
import Training

/// `earshot train` for networks of tiles: listens, trains, measures, writes.
struct NetworkTrainCommand {
  let session: TrainingSession
  let architecture: NetworkArchitecture

  /// Understands the options.
  /// - Throws: `UsageError`.
  init(
    _ context: CommandContext, _ architecture: NetworkArchitecture, output: FilePath
  ) throws {
    self.architecture = architecture
    session = TrainingSession(
      context: context,
      files: TrainingFiles(model: output, cache: context.arguments.path("cache")),
      settings: try TrainingOptions.settings(context.arguments, architecture),
      modelName: context.arguments.text("name") ?? architecture.rawValue)
  }

  func run() throws -> ExitStatus {
    let (context, files, settings) = (session.context, session.files, session.settings)
    try session.protectFiles()
    Interruption.note()
    let music = try TrainingMusic(context.arguments.paths("data"))
    let withCopies = settings.augmentation.reencoding > 0
    let filling = FeatureCacheFilling(
      path: files.cache, copies: withCopies ? files.copies : nil)
    guard let failed = try filling.fill(from: music.tracks.map(\.file), context),
      let artists = music.artists()
    else { return CacheFilling.stopped(context) }
    let wanted = zip(music.tracks, artists).map { ($0.file, $1) }
    let cache = try FeatureCache(files.cache)
    let copies = withCopies ? try FeatureCache(files.copies) : nil
    guard
      let tracks = try session.checking(
        wanted.count,
        { report in try TrainingTracks(wanted, in: cache, copies: copies, report: report) })
    else { return CacheFilling.stopped(context) }
    let split = DataSplit(
      tracks.tracks, validationShare: settings.validationShare, seed: settings.seed)
    let network = EmbeddingNetwork(architecture, seed: settings.seed)
    let trainer = try NetworkTrainer(
      NetworkInTraining(network), tracks: tracks, split: split, settings: settings,
      checkpoint: files.checkpoint, now: ProgressLine.monotonicSeconds)
    guard try session.train(trainer) else { return Interruption.exitStatus }
    let maker = NetworkModelMaker(
      session: session, network: network, tracks: tracks, split: split, trainer: trainer,
      music: music)
    guard let (model, card) = try session.computing({ try maker.make() }) else {
      return CacheFilling.stopped(context)
    }
    try session.finish(model, card)
    return failed > 0 ? .someFailed : .success
  }
}

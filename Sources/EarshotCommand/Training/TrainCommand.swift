import AudioDecoding
import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Hashing
import MusicLibrary
import ParallelWork
import SpectralFeatures
import Training

/// `earshot train`: makes a model from music.
enum TrainCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let output = context.arguments.path("output") ?? FilePath("")
    try context.protect(context.arguments.paths("data"))
    // Known now rather than after an hour of listening.
    guard try FolderEntry(at: output.parent, followLinks: true).kind == .folder else {
      throw FileAccessError(code: .notFound, operation: .create, path: output.parent)
    }
    if context.arguments.choice("model") == EarshotTrainCommand.name {
      return try EarshotTrainCommand(context, output: output).run()
    }
    if let architecture = NetworkArchitecture(rawValue: context.arguments.choice("model")) {
      return try NetworkTrainCommand(context, architecture, output: output).run()
    }
    let only = TrainingOptions.ofNetworks.first(where: context.arguments.isGiven)
    if let only {
      throw context.arguments.usageError(
        .unsuitable(option: "--" + only, for: "--model feature-statistics"))
    }
    return try trainStatistics(context, output: output)
  }

  private static func trainStatistics(
    _ context: CommandContext, output: FilePath
  ) throws -> ExitStatus {
    let training = FeatureStatisticsTraining()
    let music = try TrainingMusic(context.arguments.paths("data"))
    let files = music.tracks.map(\.file)
    let style = ProgressLine.Style(
      option: context.arguments.choice("progress"), messages: context.messages)
    let progress = ProgressLine(
      style: style, verb: "Listening", noun: "tracks", total: files.count,
      messages: context.messages)
    let listener = StatisticsListener(settings: training.settings)
    var rows: [[Float]] = []
    var used = 0
    var passedOver = 0
    ParallelWork.run(
      files, width: ParallelWork.processorCount, ordered: true,
      work: { path in
        Result { () throws(AudioDecodingError) in try listener.statistics(of: path) }
      },
      receive: { path, result in
        switch result {
        case .success(let statistics):
          rows += statistics
          used += 1
        case .failure(let error) where MusicNames.isNoMusic(path, code: error.code.rawValue):
          passedOver += 1
        case .failure(let error):
          context.messages.say(ErrorText.text(error), about: path.string)
        }
        progress.advance()
        return true
      })
    progress.finish()
    let card = ModelCard(
      data: music.places.map(\.lastComponent.string), trackCount: used, excerptCount: rows.count,
      training: training)
    let model = try training.fit(
      rows, name: context.arguments.choice("model"), card: card)
    try model.write(to: output)
    context.messages.say(
      "\(output.string): \(model.name) \(model.identity.hexadecimal.prefix(12)), made from "
        + "\(NumberText.count(rows.count, "excerpt")) of \(NumberText.count(used, "track"))")
    return used + passedOver < files.count ? .someFailed : .success
  }
}

/// What a trained model says of itself.
private struct ModelCard: Encodable {
  let model = "feature-statistics"
  let data: [String]
  let trackCount: Int
  let excerptCount: Int
  let dimension: Int
  let whitening: Double
  let partWeights: [String: Double]
  let earshotVersion = VersionText.version

  init(data: [String], trackCount: Int, excerptCount: Int, training: FeatureStatisticsTraining) {
    self.data = data
    self.trackCount = trackCount
    self.excerptCount = excerptCount
    dimension = training.dimension
    whitening = training.whitening
    partWeights = training.partWeights
  }
}

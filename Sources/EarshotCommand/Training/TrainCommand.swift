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

/// `earshot train`: makes a model from folders of music.
enum TrainCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let output = context.arguments.path("output") ?? FilePath("")
    let folders = context.arguments.paths("data").map {
      $0.absolute(in: FolderEntry.currentFolder)
    }
    // Known now rather than after an hour of listening.
    guard try FolderEntry(at: output.parent, followLinks: true).kind == .folder else {
      throw FileAccessError(code: .notFound, operation: .create, path: output.parent)
    }
    let training = FeatureStatisticsTraining()
    let scan = try FolderScan(folders, followLinks: true) { _ in true }
    let style = ProgressLine.Style(
      option: context.arguments.choice("progress"), messages: context.messages)
    let progress = ProgressLine(
      style: style, verb: "Listening", noun: "tracks", total: scan.files.count,
      messages: context.messages)
    let listener = StatisticsListener(settings: training.settings)
    var rows: [[Float]] = []
    var used = 0
    var passedOver = 0
    ParallelWork.run(
      scan.files.map(\.path), width: ParallelWork.processorCount, ordered: true,
      work: { path in
        Result { () throws(AudioDecodingError) in try listener.statistics(of: path) }
      },
      receive: { path, result in
        switch result {
        case .success(let statistics):
          rows += statistics
          used += 1
        case .failure(let error) where MusicNames.isNoMusic(path, error): passedOver += 1
        case .failure(let error):
          context.messages.say(ErrorText.text(error), about: path.string)
        }
        progress.advance()
        return true
      })
    progress.finish()
    let card = ModelCard(
      data: folders.map(\.lastComponent.string), trackCount: used, excerptCount: rows.count,
      training: training)
    let model = try training.fit(
      rows, name: context.arguments.choice("model"), card: card)
    try model.write(to: output)
    context.messages.say(
      "\(output.string): \(model.name) \(model.identity.hexadecimal.prefix(12)), made from "
        + "\(NumberText.count(rows.count, "excerpt")) of \(NumberText.count(used, "track"))")
    return used + passedOver < scan.files.count ? .someFailed : .success
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

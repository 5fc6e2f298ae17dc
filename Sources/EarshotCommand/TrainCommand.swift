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
      work: { listener.statistics(of: $0) },
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

/// Takes statistics of a track's parts: its middle, its first and its last thirty seconds, as far as
/// they differ. More parts say more about music than one of each track.
private struct StatisticsListener: Sendable {
  private let analyzer: SpectralAnalyzer

  init(settings: SpectrogramSettings) {
    analyzer = SpectralAnalyzer(settings: settings, contents: FeatureStatistics.contents)
  }

  func statistics(of path: FilePath) -> Result<[[Float]], AudioDecodingError> {
    do throws(AudioDecodingError) {
      let middle = try decode(path, .middle)
      var rows = [row(middle)]
      let seconds = middle.info.seconds
      for excerpt in Self.otherParts(seconds: seconds) {
        // A part may be silent although the middle is not.
        if let audio = try? decode(path, excerpt) { rows.append(row(audio)) }
      }
      return .success(rows)
    } catch {
      return .failure(error)
    }
  }

  private static func otherParts(seconds: Double) -> [Excerpt] {
    guard seconds > 1.25 * Excerpt.previewSeconds else { return [] }
    return [.start, .range(start: seconds - Excerpt.previewSeconds, end: seconds)]
  }

  private func decode(
    _ path: FilePath, _ excerpt: Excerpt
  ) throws(AudioDecodingError) -> DecodedAudio {
    try AudioDecoder(
      options: DecodingOptions(sampleRate: Int(analyzer.settings.sampleRate), excerpt: excerpt)
    ).decode(path)
  }

  private func row(_ audio: DecodedAudio) -> [Float] {
    FeatureStatistics.vector(of: analyzer.analyze(audio.samples))
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

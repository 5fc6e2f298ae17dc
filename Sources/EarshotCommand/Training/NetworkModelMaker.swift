import CommandInterface
import Embedding
import FileAccess
import Hashing
import NeuralNetwork
import Training

/// Makes the model of a trained network: measures it on the tracks it was trained on, and tells of
/// it in a card.
struct NetworkModelMaker {
  let command: NetworkTrainCommand
  let network: EmbeddingNetwork
  let tracks: TrainingTracks
  let split: DataSplit
  let trainer: NetworkTrainer
  let music: TrainingMusic

  /// The epoch whose weights the model has.
  var bestEpoch: EpochRecord {
    guard let epoch = trainer.bestEpoch else { preconditionFailure("a training without epochs") }
    return trainer.history[epoch - 1]
  }

  /// Whether the decoder was trained with the encoder.
  private var hasDecoder: Bool {
    network.decoder != nil && command.settings.objective != .contrastive
  }

  var parameterCount: Int {
    network.encoder.parameterCount + (hasDecoder ? network.decoder?.parameterCount ?? 0 : 0)
  }

  /// Tiles that 30 s are cut into: where tiles are averaged, more of them say more; a network that
  /// compares views was made to know a track by one.
  private var tileCount: Int { command.settings.objective == .reconstruction ? 32 : 8 }

  /// Looks at all tracks that were learnt from, and puts the model together.
  func make() throws -> EmbeddingModel {
    let context = command.context
    let progress = ProgressLine(
      style: ProgressLine.Style(
        option: context.arguments.choice("progress"), messages: context.messages),
      verb: "Measuring", noun: "tracks", total: split.training.count, messages: context.messages)
    defer { progress.finish() }
    let inTraining = NetworkInTraining(
      name: command.modelName, encoder: network.encoder,
      decoder: hasDecoder ? network.decoder : nil)
    let survey = try NetworkSurvey(
      inTraining, tracks: tracks, members: split.training,
      starts: { Tiling.starts(columnCount: $0, tileCount: tileCount) },
      report: { progress.update(done: $0) })
    // A decoder that nobody trained is no part of a model.
    var model = network
    if network.decoder != nil, !hasDecoder {
      var later = SeededGenerator(seed: 0)
      model = EmbeddingNetwork(network.architecture, withDecoder: false, weights: &later)
      let trained = Dictionary(
        uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.parameter.value) })
      model.give { name, _ in
        guard let value = trained[name] else { preconditionFailure("no weights for \(name)") }
        return value
      }
    }
    return EmbeddingModel(
      network: model, name: command.modelName, tileCount: tileCount,
      standardisation: .init(mean: survey.mean, deviation: survey.deviation),
      card: card(survey), precision: context.arguments.flag("half") ? .float16 : .float32)
  }

  // MARK: - Card

  /// Tracks of one source under one licence.
  private struct Source: Encodable {
    let source: String
    let licence: String
    let tracks: Int
  }

  /// Those of the tracks that had an image, by name.
  private var sources: [Source] {
    let used = Set(tracks.tracks.map(\.name))
    var counts: [[String]: Int] = [:]
    for track in music.tracks where used.contains(track.file) {
      counts[[track.source, track.licence], default: 0] += 1
    }
    return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      Source(source: $0.key[0], licence: $0.key[1], tracks: $0.value)
    }
  }

  private struct Losses: Encodable {
    let total: Float
    let reconstruction: Float?
    let contrast: Float?

    init?(_ loss: TrainingLoss) {
      guard loss.total.isFinite else { return nil }
      total = loss.total
      reconstruction = loss.reconstruction.isFinite ? loss.reconstruction : nil
      contrast = loss.contrast.isFinite ? loss.contrast : nil
    }
  }

  private struct Card: Encodable {
    let model: String
    let data: [Source]
    let trackCount: Int
    let validationTrackCount: Int
    let settings: [String: String]
    let parameters: Int
    let epoch: Int
    let training: Losses?
    let validation: Losses?
    let reconstruction: ReconstructionError?
    let earshotVersion = VersionText.version
  }

  private func card(_ survey: NetworkSurvey) -> some Encodable {
    Card(
      model: network.architecture.rawValue, data: sources, trackCount: split.training.count,
      validationTrackCount: split.validation.count,
      settings: Dictionary(
        uniqueKeysWithValues: command.settings.facts.map { ($0.name, $0.value) }),
      parameters: parameterCount, epoch: bestEpoch.epoch, training: Losses(bestEpoch.training),
      validation: Losses(bestEpoch.validation), reconstruction: ReconstructionError(survey))
  }

  /// The card for people, in Markdown.
  /// - Parameter measured: the tables of an evaluation.
  func text(_ model: EmbeddingModel, measured: String?) -> String {
    let best = bestEpoch
    var lines = [
      "# \(Self.plain(model.name))", "",
      "An embedding model of Earshot: music in, a vector of \(model.dimension) numbers out.", "",
      "| | |", "|---|---|", "| identity | `\(model.identity.hexadecimal)` |",
      "| network | \(network.architecture.rawValue) |",
      "| parameters | \(NumberText.grouped(parameterCount)) |",
      "| trained by | earshot \(VersionText.version), "
        + "\(NumberText.count(command.threads, "thread")) |",
      "| tracks learnt from | \(NumberText.grouped(split.training.count)) |",
      "| tracks kept apart | \(NumberText.grouped(split.validation.count)), none by an artist of "
        + "the others where artists are known |",
      "", "## Settings", "", "| | |", "|---|---|",
    ]
    lines += command.settings.facts.map { "| \($0.name) | \($0.value) |" }
    lines += [
      "", "## Training", "",
      "The weights are those of epoch \(best.epoch) of \(trainer.history.count), the one with the "
        + "lowest "
        + (best.validation.total.isNaN ? "loss." : "loss on the tracks kept apart."), "",
      "| | learnt from | kept apart |", "|---|---|---|",
    ]
    for (name, value) in [
      ("loss", \TrainingLoss.total), ("mean squared error", \.reconstruction),
      ("NT-Xent", \.contrast),
    ] where best.training[keyPath: value].isFinite {
      let apart = best.validation[keyPath: value]
      lines.append(
        "| \(name) | \(LossText.short(best.training[keyPath: value])) | "
          + "\(apart.isFinite ? LossText.short(apart) : "") |")
    }
    let picture = Self.link(command.files.picture.lastComponent)
    let table = command.files.curves.lastComponent.string
    lines += [
      "", "![Losses over epochs](\(picture))", "", "All epochs: `\(Self.plain(table))`.", "",
    ]
    lines += ["## Data", "", "| source | licence | tracks |", "|---|---|---|"]
    lines += sources.map {
      "| \(Self.plain($0.source)) | \($0.licence.isEmpty ? "unknown" : Self.plain($0.licence)) | "
        + "\(NumberText.grouped($0.tracks)) |"
    }
    if let measured { lines += ["", "## Measured", "", "```", measured, "```"] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Text from tables and file names, without what Markdown would take for its own.
  private static func plain(_ text: String) -> String {
    TerminalText.clean(text).map { "|`<>[]*_\\".contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  /// A file name for a link: everything but plain letters as percent and two digits.
  private static func link(_ name: FilePath) -> String {
    name.bytes.map { byte in
      let isPlain =
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
        || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || "-._".utf8.contains(byte)
      if isPlain { return String(UnicodeScalar(byte)) }
      return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}

/// How well a network draws the tracks it was trained on: percentiles of their mean squared errors.
struct ReconstructionError: Codable {
  let median: Float
  let percentile95: Float
  /// Beyond it, a sound is unlike anything trained on.
  let percentile99: Float

  init?(_ survey: NetworkSurvey) {
    guard let median = survey.error(percentile: 50), let high = survey.error(percentile: 95),
      let highest = survey.error(percentile: 99)
    else { return nil }
    (self.median, percentile95, percentile99) = (median, high, highest)
  }
}

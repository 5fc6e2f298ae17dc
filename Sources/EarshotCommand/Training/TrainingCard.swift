import CommandInterface
import Embedding
import FileAccess
import FoundationEssentials
import Hashing
import Training

/// What a model of a network says of itself: in its file as JSON, and beside it as a page.
struct TrainingCard {
  /// The kind of network.
  let network: String
  let parameterCount: Int
  let settings: NetworkTrainingSettings
  /// All epochs; at least one.
  let history: [EpochRecord]
  /// The epoch whose weights the model has.
  let best: EpochRecord
  let split: DataSplit
  /// The tracks that could be learnt from.
  let trackNames: [FilePath]
  let music: TrainingMusic
  let reconstruction: ReconstructionError?

  /// Tracks of one source under one licence.
  private struct Source: Encodable {
    let source: String
    let licence: String
    let tracks: Int
  }

  /// Those of the tracks that had sound, by name.
  private var sources: [Source] {
    let used = Set(trackNames)
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

  private struct Facts: Encodable {
    let model: String
    let data: [Source]
    let trackCount: Int
    let validationTrackCount: Int
    let settings: [String: String]
    let parameters: Int
    let epoch: Int
    let training: Losses?
    let validation: Losses?
    /// The losses of all epochs, of the tracks learnt from and of those kept apart.
    let trainingCurve: [Float]
    let validationCurve: [Float]
    let reconstruction: ReconstructionError?
    let earshotVersion = VersionText.version
  }

  /// For the model file.
  var facts: some Encodable {
    func curve(_ loss: (EpochRecord) -> Float) -> [Float] {
      history.map(loss).filter(\.isFinite)
    }
    return Facts(
      model: network, data: sources, trackCount: split.training.count,
      validationTrackCount: split.validation.count,
      settings: Dictionary(uniqueKeysWithValues: settings.facts.map { ($0.name, $0.value) }),
      parameters: parameterCount, epoch: best.epoch, training: Losses(best.training),
      validation: Losses(best.validation), trainingCurve: curve(\.training.total),
      validationCurve: curve(\.validation.total), reconstruction: reconstruction)
  }

  /// For people, in Markdown.
  /// - Parameter measured: the tables of an evaluation.
  func text(_ model: EmbeddingModel, _ files: TrainingFiles, measured: String?) -> String {
    var lines = [
      "# \(Self.plain(model.name))", "",
      "An embedding model of Earshot: music in, a vector of \(model.dimension) numbers out.", "",
      "| | |", "|---|---|", "| identity | `\(model.identity.hexadecimal)` |",
      "| network | \(network) |", "| parameters | \(NumberText.grouped(parameterCount)) |",
      "| trained by | earshot \(VersionText.version) |",
      "| tracks learnt from | \(NumberText.grouped(split.training.count)) |",
      "| tracks kept apart | \(NumberText.grouped(split.validation.count)), none by an artist of "
        + "the others where artists are known |",
      "", "## Settings", "", "| | |", "|---|---|",
    ]
    lines += settings.facts.map { "| \($0.name) | \($0.value) |" }
    let reason =
      settings.keepsLast
      ? "the last."
      : "the one with the lowest "
        + (best.validation.total.isNaN ? "loss." : "loss on the tracks kept apart.")
    lines += [
      "", "## Training", "",
      "The weights are those of epoch \(best.epoch) of \(history.count), \(reason)", "",
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
    if let reconstruction {
      lines += [
        "",
        "Of the tracks learnt from, half are drawn again with a mean squared error of at most "
          + "\(LossText.short(reconstruction.median)), 95 in 100 with at most "
          + "\(LossText.short(reconstruction.percentile95)).",
      ]
    }
    let table = files.curves.lastComponent.string
    lines += [
      "", "![Losses over epochs](\(Self.link(files.picture.lastComponent)))", "",
      "All epochs: `\(Self.plain(table))`.", "", "## Data", "", "| source | licence | tracks |",
      "|---|---|---|",
    ]
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

  /// What a model's card says of its errors; nil where it says nothing.
  init?(ofModel model: EmbeddingModel) {
    struct Card: Decodable { let reconstruction: ReconstructionError? }
    guard let card = try? JSONDecoder().decode(Card.self, from: Data(model.card.utf8)),
      let known = card.reconstruction
    else { return nil }
    self = known
  }

  init(_ finished: EarshotTraining.Finished) {
    median = finished.error(percentile: 50)
    percentile95 = finished.error(percentile: 95)
    percentile99 = finished.error(percentile: 99)
  }
}

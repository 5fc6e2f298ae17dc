import AudioDecoding
import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Plotting
import Recommendation
import SpectralFeatures

/// `earshot reconstruct`: what a network keeps of a song, as a picture.
enum ReconstructCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let arguments = context.arguments
    guard (arguments.paths.count == 1) != arguments.isGiven("vector") else {
      throw arguments.usageError(.onlyOne(of: "SONG|TRACK", with: "--vector"))
    }
    let vectorFile = arguments.path("vector")
    try context.protect(arguments.paths + [vectorFile].compactMap { $0 } + context.libraryFiles)
    let model = try EmbeddingModel(
      context.models.find(
        arguments.path("model") ?? FilePath(NetworkArchitecture.timeFrequencyAutoencoder.rawValue)))
    guard let drawer = try ModelDrawer(model) else { throw CommandError.noDecoder(model.name) }
    if let vectorFile { return try draw(vectorFile, drawer, context) }
    return try draw(song: try file(context), drawer, context)
  }

  // MARK: - A song

  private static func draw(
    song path: FilePath, _ drawer: ModelDrawer, _ context: CommandContext
  ) throws -> ExitStatus {
    let model = drawer.model
    let decoder = AudioDecoder(
      options: DecodingOptions(
        sampleRate: Int(model.settings.sampleRate), excerpt: context.excerpt))
    let audio = try context.watching(path) { try decoder.decode(path) }
    if let text = ErrorText.text(audio.warnings) { context.messages.say(text, about: path.string) }
    let made = drawer.draw(audio.samples)
    let known = ReconstructionError(ofModel: model)
    let isUnlike = known.map { made.meanSquaredError > $0.percentile99 }
    let caption = PictureCaption(path, audio.info)
    let figure = ReconstructionFigure(
      title: caption.title,
      subtitle: [caption.subtitle, "mean squared error \(LossText.short(made.meanSquaredError))"]
        .compactMap { $0 }.joined(separator: ", "),
      original: made.original.map { lowestFirst($0, columns: made.columnCount) },
      reconstruction: lowestFirst(made.reconstruction, columns: made.columnCount),
      rowCount: MelImage.rowCount, columnCount: made.columnCount, seconds: made.seconds,
      startSeconds: audio.info.excerptStart, frequencyTicks: ticks(model.settings))
    try write(figure, context)
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object.append(path: path)
      object["model"] = .object(JSONObject(model))
      object["audio"] = .object(JSONObject(audio.info))
      object["meanSquaredError"] = .float(made.meanSquaredError)
      object["trainingMedian"] = known.map { .float($0.median) } ?? .null
      object["trainingPercentile99"] = known.map { .float($0.percentile99) } ?? .null
      object["isUnlikeTraining"] = isUnlike.map { .bool($0) } ?? .null
      context.writeLine(object)
    } else {
      context.output.write(Array(text(made.meanSquaredError, known).utf8))
    }
    if isUnlike == true, let known {
      context.messages.say(
        "it is unlike anything \(model.name) was trained on: 99 in 100 of those tracks have at most "
          + LossText.short(known.percentile99), about: path.string)
    }
    return .success
  }

  private static func text(_ error: Float, _ known: ReconstructionError?) -> String {
    var text = "mean squared error \(LossText.short(error))"
    if let known {
      text +=
        "; of the tracks trained on, half have at most \(LossText.short(known.median)), "
        + "99 in 100 at most \(LossText.short(known.percentile99))"
    }
    return text + "\n"
  }

  /// The file of the operand: itself, or that of the track of the library that it names.
  private static func file(_ context: CommandContext) throws -> FilePath {
    let path = context.arguments.paths[0]
    if (try? FolderEntry(at: path, followLinks: true)) != nil { return path }
    // Without a library, a name that is no file is just that.
    guard let catalogue = try? context.openLibrary() else {
      throw AudioDecodingError(
        FileAccessError(code: .notFound, operation: .open, path: path))
    }
    let found: Int64? =
      switch try TrackReference.resolve(
        path, in: catalogue, relativeTo: FolderEntry.currentFolder)
      {
      case .none: nil
      case .track(let track): track
      case .ambiguous(let tracks): tracks.first
      }
    guard let record = try found.flatMap({ try catalogue.track($0) }) else {
      throw CommandError.nothingFound(path.string)
    }
    context.messages.say("taking \(TrackTable.name(of: record)) (\(record.path.string))")
    return record.path
  }

  // MARK: - A vector

  private static func draw(
    _ path: FilePath, _ drawer: ModelDrawer, _ context: CommandContext
  ) throws -> ExitStatus {
    let model = drawer.model
    let bytes = try ReadableFile(path).contents(limit: 1 << 24)
    guard let array = try? NumPyArray(bytes: bytes) else {
      throw CommandError.notAVector(path.string, dimension: model.dimension)
    }
    let isOne = array.shape == [model.dimension] || array.shape == [1, model.dimension]
    guard isOne, array.values.allSatisfy(\.isFinite),
      let made = drawer.draw(vector: array.values)
    else { throw CommandError.notAVector(path.string, dimension: model.dimension) }
    let figure = ReconstructionFigure(
      title: TerminalText.clean(path.lastComponent.string), subtitle: "as \(model.name) sees it",
      original: nil, reconstruction: lowestFirst(made.reconstruction, columns: made.columnCount),
      rowCount: MelImage.rowCount, columnCount: made.columnCount, seconds: made.seconds,
      frequencyTicks: ticks(model.settings))
    try write(figure, context)
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object.append(path: path)
      object["model"] = .object(JSONObject(model))
      context.writeLine(object)
    }
    return .success
  }

  // MARK: - Both

  private static func write(_ figure: ReconstructionFigure, _ context: CommandContext) throws {
    try PictureOptions(context).write(standardSize: figure.standardSize) {
      try figure.render(size: $0, format: $1, theme: $2)
    }
  }

  /// The rows turned round: images have the highest band first.
  private static func lowestFirst(_ pixels: [Float], columns: Int) -> [Float] {
    stride(from: pixels.count - columns, through: 0, by: -columns).flatMap {
      pixels[$0..<($0 + columns)]
    }
  }

  private static func ticks(_ settings: SpectrogramSettings) -> [(row: Double, label: String)] {
    SpectrogramFigure.frequencyTicks(
      rowFrequencies: MelFilterBank.centreFrequencies(settings: settings).map(Float.init))
  }
}

import AudioDecoding
package import CommandInterface
import Embedding
import FileAccess
import FileFormats
import ParallelWork
import SpectralFeatures

/// `earshot embed` and `embed`: a vector for each song.
package enum EmbedCommand {
  /// Runs the command.
  @Sendable package static func run(_ context: CommandContext) throws -> ExitStatus {
    try context.protect(context.arguments.paths)
    let model = try context.namedOrDefaultModel()
    let listener = Listener(model: model, excerpt: context.excerpt)
    let paths = context.arguments.paths
    var writer = VectorWriter(
      format: context.arguments.format, model: model, songCount: paths.count, context: context)
    var status = ExitStatus.success
    let finish = { (path: FilePath, result: Result<Embedded, AudioDecodingError>) in
      switch result {
      case .success(let song):
        if let text = ErrorText.text(song.warnings) {
          context.messages.say(text, about: path.string)
        }
      case .failure(let error):
        context.messages.say(ErrorText.text(error), about: path.string)
        status = .someFailed
      }
      writer.write(path, result)
    }
    if paths.count == 1 {
      finish(paths[0], listener.listen(to: paths[0]))
    } else {
      let progress = ProgressLine(
        style: progressStyle(context), verb: "Embedding", noun: "songs", total: paths.count,
        messages: context.messages)
      ParallelWork.run(
        paths, width: ParallelWork.processorCount, ordered: true,
        work: { listener.listen(to: $0) },
        receive: { path, result in
          finish(path, result)
          progress.advance()
          return context.output.isOpen
        })
      progress.finish()
    }
    try writer.close()
    return status
  }

  /// A bar where somebody watches and the results, which would show the same, go elsewhere.
  private static func progressStyle(_ context: CommandContext) -> ProgressLine.Style {
    let showsResults =
      context.arguments.path("output") == nil && context.output.terminalWidth != nil
    return context.messages.isInteractive && !showsResults ? .bar : .none
  }

  struct Embedded: Sendable {
    let vector: [Float]
    let info: AudioInfo
    let warnings: [DecodingWarning]
  }
}

/// The straight way of a song: file, samples, features, vector.
private struct Listener: Sendable {
  private let decoder: AudioDecoder
  private let analyzer: SpectralAnalyzer
  private let model: EmbeddingModel

  init(model: EmbeddingModel, excerpt: Excerpt) {
    self.model = model
    decoder = AudioDecoder(
      options: DecodingOptions(sampleRate: Int(model.settings.sampleRate), excerpt: excerpt))
    analyzer = SpectralAnalyzer(settings: model.settings, contents: model.contents)
  }

  func listen(to path: FilePath) -> Result<EmbedCommand.Embedded, AudioDecodingError> {
    do throws(AudioDecodingError) {
      let audio = try decoder.decode(path)
      return .success(
        EmbedCommand.Embedded(
          vector: model.embed(analyzer.analyze(audio.samples)), info: audio.info,
          warnings: audio.warnings))
    } catch {
      return .failure(error)
    }
  }
}

/// Writes vectors as text, JSON or NumPy array, to standard output as they come or to a file at the
/// end.
private struct VectorWriter {
  private let format: String
  private let model: JSONObject
  private let dimension: Int
  private let songCount: Int
  private let context: CommandContext
  private let gathers: Bool
  private var gathered: [UInt8] = []

  init(format: String, model: EmbeddingModel, songCount: Int, context: CommandContext) {
    self.format = format
    self.model = JSONObject(model)
    self.songCount = songCount
    self.context = context
    dimension = model.dimension
    gathers = context.arguments.path("output") != nil
    // A single song may fail, and then there is no array.
    if format == "npy", songCount > 1 { put(header) }
  }

  private var header: [UInt8] { NumPyArray.header(shape: [songCount, dimension]) }

  mutating func write(_ path: FilePath, _ result: Result<EmbedCommand.Embedded, AudioDecodingError>)
  {
    switch format {
    case "json": put(json(path, result).line)
    case "npy":
      let vector = (try? result.get())?.vector
      if songCount == 1, vector == nil { return }
      var row = songCount == 1 ? header : []
      let missing = [Float](repeating: .nan, count: dimension)
      NumPyArray.append(vector ?? missing, to: &row)
      put(row)
    default:
      guard let song = try? result.get() else { return }
      let name = songCount > 1 ? lineName(of: path) + [UInt8(ascii: "\t")] : []
      put(name + Array(song.vector.map(\.description).joined(separator: " ").utf8) + [0x0A])
    }
  }

  /// The path's bytes, or, where one of them would break the line or steer a terminal, the path as it
  /// is shown; JSON has it exactly.
  private func lineName(of path: FilePath) -> [UInt8] {
    path.bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
      ? path.bytes : Array(TerminalText.clean(path).utf8)
  }

  mutating func close() throws {
    // Where nothing was heard, a file of an earlier run is not replaced by an empty one.
    if gathers, !gathered.isEmpty { try context.deliver(gathered) }
  }

  private mutating func put(_ bytes: [UInt8]) {
    if gathers {
      gathered += bytes
    } else {
      context.output.write(bytes)
      if songCount > 1 { context.output.flush() }
    }
  }

  private func json(
    _ path: FilePath, _ result: Result<EmbedCommand.Embedded, AudioDecodingError>
  ) -> JSONValue {
    var object = JSONObject.versioned
    object.append(path: path)
    switch result {
    case .success(let song):
      object["model"] = .object(model)
      object["embedding"] = .floats(song.vector)
      object["audio"] = .object(JSONObject(song.info))
    case .failure(let error): object["error"] = .object(.failure(error))
    }
    return .object(object)
  }
}

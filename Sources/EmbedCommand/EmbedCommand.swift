import AnalysisLines
import AudioDecoding
import Catalogue
package import CommandInterface
import Embedding
import FileAccess
import FileFormats
import ParallelWork
import SpectralFeatures
import WorkerProcesses

/// `earshot embed` and `embed`: a vector for each song. One song is listened to in this process, several
/// are in workers.
package enum EmbedCommand {
  /// Runs the command.
  @Sendable package static func run(_ context: CommandContext) throws -> ExitStatus {
    let paths = context.arguments.paths
    try context.protect(paths)
    let modelFile = try context.modelFile()
    let model = try EmbeddingModel(modelFile)
    var writer = VectorWriter(
      format: context.arguments.format, model: model, songCount: paths.count, context: context)
    var status = ExitStatus.success
    let finish = { (path: FilePath, result: Result<EmbeddedSong, AnalysisFailure>) in
      switch result {
      case .success(let song):
        if let text = song.warning { context.messages.say(text, about: path.string) }
      case .failure(let failure):
        context.messages.say("\(failure.message) [\(failure.code)]", about: path.string)
        status = .someFailed
      }
      writer.write(path, result)
    }
    if paths.count == 1 {
      let listener = OwnListener(model: model, excerpt: context.excerpt)
      let saysJSON =
        context.arguments.format == "json" && context.arguments.path("output") == nil
      finish(
        paths[0], context.watching(paths[0], saysJSON: saysJSON) { listener.listen(to: paths[0]) })
    } else {
      let listener = WorkerListener(
        pool: try context.workerPool(
          for: WorkerTask(
            model: modelFile.absolute(in: FolderEntry.currentFolder), identity: model.identity,
            excerpt: context.arguments.excerpt(), descriptors: false),
          limits: WorkerLimits(), isStopping: { false }))
      let progress = ProgressLine(
        style: progressStyle(context), verb: "Embedding", noun: "songs", total: paths.count,
        messages: context.messages)
      try ParallelWork.run(
        paths, width: min(paths.count, ParallelWork.processorCount), ordered: true,
        work: { path in Result { () throws(WorkerStartError) in try listener.listen(to: path) } },
        receive: { path, result in
          finish(path, try result.get())
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
}

/// What was heard of one song.
private struct EmbeddedSong: Sendable {
  let vector: [Float]
  let audio: JSONObject
  let warning: String?
}

/// The straight way of a song in this process: file, samples, features, vector.
private struct OwnListener: Sendable {
  private let decoder: AudioDecoder
  private let analyzer: SpectralAnalyzer
  private let model: EmbeddingModel

  init(model: EmbeddingModel, excerpt: Excerpt) {
    self.model = model
    decoder = AudioDecoder(
      options: DecodingOptions(sampleRate: Int(model.settings.sampleRate), excerpt: excerpt))
    analyzer = SpectralAnalyzer(settings: model.settings, contents: model.contents)
  }

  func listen(to path: FilePath) -> Result<EmbeddedSong, AnalysisFailure> {
    do throws(AudioDecodingError) {
      let audio = try decoder.decode(path)
      return .success(
        EmbeddedSong(
          vector: model.embed(analyzer.analyze(audio.samples)), audio: JSONObject(audio.info),
          warning: ErrorText.text(audio.warnings)))
    } catch {
      return .failure(
        AnalysisFailure(code: error.code.rawValue, message: ErrorText.reason(error)))
    }
  }
}

/// The same, in worker processes.
private struct WorkerListener: Sendable {
  let pool: WorkerPool

  func listen(
    to path: FilePath
  ) throws(WorkerStartError) -> Result<EmbeddedSong, AnalysisFailure> {
    var heard: Result<EmbeddedSong, AnalysisFailure>?
    let reply = try pool.ask(AnalysisRequest(path: path).bytes) { bytes in
      guard let line = try? AnalysisLine(bytes), line.path == path else { return .garbled }
      switch line.content {
      case .analysed(let analysis, _):
        heard = .success(
          EmbeddedSong(
            vector: analysis.embedding.vector, audio: analysis.audio,
            warning: ErrorText.text(analysis.warnings)))
      case .failed(let failure): heard = .failure(failure)
      case .question, .known: return .garbled
      }
      return .reply
    }
    if case .success = reply, let heard { return heard }
    let failure = if case .failure(let failure) = reply { failure } else { WorkerFailure.garbled }
    return .failure(AnalysisFailure(code: failure.code, message: ErrorText.reason(failure)))
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

  mutating func write(_ path: FilePath, _ result: Result<EmbeddedSong, AnalysisFailure>) {
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
    _ path: FilePath, _ result: Result<EmbeddedSong, AnalysisFailure>
  ) -> JSONValue {
    var object = JSONObject.versioned
    object.append(path: path)
    switch result {
    case .success(let song):
      object["model"] = .object(model)
      object["embedding"] = .floats(song.vector)
      object["audio"] = .object(song.audio)
    case .failure(let failure):
      object["error"] = ["code": .string(failure.code), "message": .string(failure.message)]
    }
    return .object(object)
  }
}

import AnalysisLines
import AudioDecoding
import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Fingerprinting
import Hashing
import MusicLibrary
import WorkerProcesses

/// `earshot worker`: listens to the files that are named on standard input (docs/worker.md).
enum WorkerCommand {
  /// The longest line that is read: longer than any path in base64.
  private static let longestRequest = 1 << 20

  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let separator = UInt8(ascii: context.arguments.flag("null") ? "\0" : "\n")
    let lines = LineReader(separator: separator, longest: longestRequest)
    if context.arguments.flag("direct") {
      try DirectWorker(context, lines).serve()
      return .success
    }
    return try supervise(context, lines)
  }

  /// Has another process listen, so that this one answers whatever the files do to it.
  private static func supervise(
    _ context: CommandContext, _ lines: LineReader
  ) throws -> ExitStatus {
    let path = try context.modelFile()
    let model = try EmbeddingModel(path)
    if context.arguments.flag("reconstructions"), try ModelDrawer(model) == nil {
      throw CommandError.noDecoder(model.name)
    }
    let pool = try context.workerPool(
      for: WorkerTask(
        model: path.absolute(in: FolderEntry.currentFolder), identity: model.identity,
        excerpt: context.arguments.excerpt(),
        descriptors: context.arguments.choice("descriptors") == "all",
        sections: context.arguments.flag("sections"),
        reconstructions: context.arguments.flag("reconstructions")),
      limits: context.arguments.workerLimits, isStopping: { false })
    var status = ExitStatus.success
    while context.output.isOpen, let line = lines.next() {
      guard let reply = try reply(to: line, from: pool) else { continue }
      if !reply.isGood { status = .someFailed }
      context.output.write(reply.bytes + [UInt8(ascii: "\n")])
      context.output.flush()
    }
    return status
  }

  /// The reply to a line; nil to an empty one.
  private static func reply(
    to line: LineReader.Line, from pool: WorkerPool
  ) throws(WorkerStartError) -> (bytes: [UInt8], isGood: Bool)? {
    guard case .bytes(let bytes) = line, let request = AnalysisRequest(bytes) else {
      if line == .bytes([]) { return nil }
      return (AnalysisLine.refusal(of: line).bytes, false)
    }
    var isGood = false
    let plain = AnalysisRequest(path: request.path, followLinks: request.followLinks)
    let result = try pool.ask(plain.bytes) { line in
      guard let line = try? AnalysisLine(line), line.path == request.path else { return .garbled }
      switch line.content {
      case .question, .known: return .garbled
      case .analysed: isGood = true
      case .failed: isGood = false
      }
      return .reply
    }
    switch result {
    case .success(let reply): return (reply, isGood)
    case .failure(let failure):
      let line = AnalysisLine(
        path: request.path,
        content: .failed(
          AnalysisFailure(code: failure.code, message: ErrorText.reason(failure))))
      return (line.bytes, false)
    }
  }
}

extension AnalysisLine {
  /// The answer to a line that is no request.
  static func refusal(of line: LineReader.Line) -> AnalysisLine {
    let failure = AnalysisFailure(
      code: "bad-request",
      message: "this line is no request: a name, or a JSON object with \"path\" or \"pathBytes\"")
    guard case .bytes(let bytes) = line else {
      return AnalysisLine(path: nil, content: .failed(failure))
    }
    return AnalysisLine(path: FilePath(bytes: bytes.prefix(4_096)), content: .failed(failure))
  }
}

/// Listens in this process, for a parent that watches it.
private struct DirectWorker {
  private let context: CommandContext
  private let lines: LineReader
  private let model: EmbeddingModel
  private let analyzer: TrackAnalyzer
  private let secondsToLive: Int

  /// When this share of the time for a file is over, no further section of it is begun.
  private static let shareForSections = 0.6

  init(_ context: CommandContext, _ lines: LineReader) throws {
    ProcessMemory.keepForNext()
    let limits = context.arguments.workerLimits
    ProcessLimits.limitWorker(to: limits.addressSpace)
    self.context = context
    self.lines = lines
    model = try context.namedOrDefaultModel()
    let describes = context.arguments.choice("descriptors") == "all"
    let drawer = context.arguments.flag("reconstructions") ? try ModelDrawer(model) : nil
    if context.arguments.flag("reconstructions"), drawer == nil {
      throw CommandError.noDecoder(model.name)
    }
    // Chromaprint is loaded here, while files may still be mapped. Whoever wants fingerprints sees by
    // the replies where it is missing.
    analyzer = TrackAnalyzer(
      model: model, excerpt: context.excerpt, descriptors: describes,
      fingerprinter: describes ? try? Fingerprinter() : nil, drawer: drawer,
      sections: context.arguments.flag("sections")
        ? SectionOptions(
          seconds: limits.seconds * Self.shareForSections, clock: ProgressLine.monotonicSeconds)
        : nil,
      words: .spoken)
    // The parent counts the time. Should it be gone, nobody else would.
    secondsToLive = Int(limits.seconds) + 10
  }

  func serve() throws {
    let confinement = Confinement.apply()
    let reference = ModelReference(
      name: model.name, identity: model.identity, dimension: model.dimension)
    write(
      WorkerGreeting.object(
        version: VersionText.version, model: reference, confinement: confinement.names))
    while context.output.isOpen, let line = lines.next() {
      if line == .bytes([]) { continue }
      guard case .bytes(let bytes) = line, let request = AnalysisRequest(bytes) else {
        write(AnalysisLine.refusal(of: line).object)
        continue
      }
      ProcessLimits.end(inSeconds: secondsToLive)
      write(answer(to: request, reference).object)
      ProcessLimits.end(inSeconds: 0)
    }
  }

  private func answer(to request: AnalysisRequest, _ model: ModelReference) -> AnalysisLine {
    let entry = try? FolderEntry(at: request.path, followLinks: request.followLinks)
    let stamp = entry.map {
      FileStamp(path: $0.path, size: $0.size, modified: $0.modificationTime)
    }
    let outcome = analyzer.analyse(
      stamp ?? FileStamp(path: request.path, size: 0, modified: 0),
      followLinks: request.followLinks,
      isKnown: { identity in request.asks && !isWanted(identity, request.path) })
    switch outcome {
    case .analysed(let stamp, let analysis):
      return AnalysisLine(
        path: request.path, stamp: stamp, content: .analysed(analysis, by: model))
    case .known(let stamp, let identity, let tags):
      return AnalysisLine(path: request.path, stamp: stamp, content: .known(identity, tags))
    case .failed(let failed, let failure):
      return AnalysisLine(
        path: request.path, stamp: stamp == nil ? nil : failed, content: .failed(failure))
    case .unfinished, .unavailable:
      preconditionFailure("listening in this process is never stopped")
    }
  }

  /// Asks the parent whether a sound is to be analysed. Without an answer there is no parent.
  private func isWanted(_ identity: Digest, _ path: FilePath) -> Bool {
    write(AnalysisLine(path: path, content: .question(identity)).object)
    guard case .bytes(let answer)? = lines.next() else { return true }
    return AnalysisAnswer.isWanted(answer) ?? true
  }

  private func write(_ object: JSONObject) {
    context.writeLine(object)
    context.output.flush()
  }
}

extension AnalysisWords {
  /// The words that people read.
  static let spoken = AnalysisWords(
    failure: { ErrorText.reason($0) }, warning: { ErrorText.text($0) },
    sectionsEnd: { seconds in
      "there was time for its sections up to \(NumberText.clock(seconds: Double(seconds))) only; "
        + "a larger --time-limit with --force gives more"
    })
}

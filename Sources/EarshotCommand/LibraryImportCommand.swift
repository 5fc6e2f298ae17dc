import AnalysisLines
import AudioDecoding
import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Hashing
import MusicLibrary
import WorkerProcesses

/// `earshot library import`: brings what was heard elsewhere into the library.
enum LibraryImportCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let inputs = try context.arguments.paths.map(Input.init)
    let lock = try context.lockLibrary()
    defer { withExtendedLifetime(lock) {} }
    let catalogue = try Catalogue(context.location.catalogue, access: .writing)
    let record = try model(context, catalogue)
    Interruption.note()
    var options = LibraryImport.Options()
    options.replaces = context.arguments.flag("replace")
    options.withPaths = !context.arguments.flag("without-paths")
    options.excerpt = Excerpt(try settleExcerpt(context, catalogue))
    options.folder = FolderEntry.currentFolder
    options.now = ProcessEnvironment.secondsSince1970
    var run = Run(
      context: context,
      work: LibraryImport(
        into: catalogue, location: context.location, model: record, options: options))
    defer { run.progress.finish() }
    for input in inputs where !Interruption.isWanted { try run.take(input) }
    try run.work.finish()
    run.progress.finish()
    tell(run, record, context)
    if Interruption.isWanted { return Interruption.exitStatus }
    return run.work.summary.refused > 0 || run.failedInputs > 0 ? .someFailed : .success
  }

  /// The model whose vectors are taken: the one named, the library's own, or the default; a copy of it
  /// is kept beside the library.
  private static func model(
    _ context: CommandContext, _ catalogue: Catalogue
  ) throws -> ModelRecord {
    let main = try catalogue.mainModel()
    if let main, !context.arguments.isGiven("model") {
      // Without its model a library takes vectors, too; only new sounds cannot be asked about.
      if let model = try? context.model(for: catalogue).model { try context.keepCopy(of: model) }
      return main
    }
    let model = try context.namedOrDefaultModel()
    try context.keepCopy(of: model)
    return try catalogue.record(
      model: model.identity, name: model.name, dimension: model.dimension)
  }

  /// The part of each track that the library's vectors are made from, kept with a new library.
  private static func settleExcerpt(
    _ context: CommandContext, _ catalogue: Catalogue
  ) throws -> ExcerptOption {
    let kept = try context.excerpt(of: catalogue)
    let wanted = context.givenExcerpt ?? kept ?? .middle
    if kept == wanted { return wanted }
    if let kept, let main = try catalogue.mainModel(), try catalogue.hasVectors(model: main) {
      throw context.arguments.usageError(
        .unsuitable(
          option: "--excerpt", for: "a library made from the part \"\(kept.text)\" of each song"))
    }
    try context.keep(wanted, in: catalogue)
    return wanted
  }

  private static func tell(_ run: Run, _ record: ModelRecord, _ context: CommandContext) {
    let summary = run.work.summary
    if summary.otherModel > 0, let name = run.otherModel {
      context.messages.say(
        "\(NumberText.count(summary.otherModel, "vector")) made by the model \"\(name)\", not by the "
          + "library's \"\(record.name)\" [model-mismatch]; import them into a library of their own "
          + "with --library FILE --model \(name)")
    }
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      for (name, count) in counts(summary) { object[name] = .integer(count) }
      object["interrupted"] = .bool(Interruption.isWanted)
      object["model"] = .object(JSONObject(record))
      return context.writeLine(object)
    }
    var parts = ["\(NumberText.count(summary.added, "track")) imported"]
    if summary.replaced > 0 { parts.append("\(NumberText.grouped(summary.replaced)) replaced") }
    if summary.known > 0 { parts.append("\(NumberText.grouped(summary.known)) known") }
    if summary.conflicts > 0 {
      parts.append(
        "\(NumberText.grouped(summary.conflicts)) kept as the library has them (--replace takes the "
          + "new ones)")
    }
    if summary.files > 0 { parts.append(NumberText.count(summary.files, "path")) }
    if summary.failures > 0 { parts.append(NumberText.count(summary.failures, "failure")) }
    if summary.refused > 0 { parts.append("\(NumberText.count(summary.refused, "line")) refused") }
    let end = Interruption.isWanted ? "; stopped early, run it again to go on" : ""
    context.messages.say(parts.joined(separator: ", ") + end)
    if summary.added > 0, summary.files == 0 {
      context.messages.say(
        "'earshot index FOLDER' finds the files of these tracks without listening to them again")
    }
  }

  private static func counts(_ summary: LibraryImport.Summary) -> [(String, Int)] {
    [
      ("lines", summary.lines), ("added", summary.added), ("replaced", summary.replaced),
      ("known", summary.known), ("conflicts", summary.conflicts), ("files", summary.files),
      ("failures", summary.failures), ("refused", summary.refused),
      ("otherModel", summary.otherModel),
    ]
  }

  /// Something to import, opened before the library is touched.
  private enum Input {
    case standardInput
    case lines(ReadableFile)
    case archive(FilePath)

    init(_ path: FilePath) throws {
      if path == FilePath("-") {
        self = .standardInput
      } else if try FolderEntry(at: path, followLinks: true).kind == .folder {
        self = .archive(path)
      } else {
        self = .lines(try ReadableFile(path))
      }
    }

    var name: String {
      switch self {
      case .standardInput: "standard input"
      case .lines(let file): file.path.string
      case .archive(let path): path.string
      }
    }
  }

  /// An import under way.
  private struct Run {
    let context: CommandContext
    var work: LibraryImport
    var otherModel: String?
    var failedInputs = 0
    let progress: ProgressLine
    /// So many refusals of an input are told one by one.
    private static let mostMessages = 20

    init(context: CommandContext, work: LibraryImport) {
      self.context = context
      self.work = work
      progress = ProgressLine(
        style: ProgressLine.Style(
          option: context.arguments.choice("progress"), messages: context.messages),
        verb: "Importing", noun: "lines", total: nil, messages: context.messages)
    }

    mutating func take(_ input: Input) throws {
      let before = work.summary.refused
      switch input {
      case .standardInput: try take(LineReader(separator: newline, longest: longest), input.name)
      case .lines(let file):
        try take(
          LineReader(descriptor: file.descriptor, separator: newline, longest: longest), input.name)
        withExtendedLifetime(file) {}
      case .archive(let folder):
        do {
          try VectorArchive.read(folder) { row, line in
            guard !Interruption.isWanted else { return false }
            let refusal: LibraryImport.Refusal?
            if let line {
              refusal = try work.add(line: line)
            } else {
              refusal = work.refuse(.unreadable(.malformed))
            }
            note(refusal, "\(input.name): row \(row)", since: before)
            return true
          }
        } catch let error as VectorArchive.Failure {
          failedInputs += 1
          context.messages.say(ErrorText.text(error), about: input.name)
        } catch let error as ModelError {
          failedInputs += 1
          context.messages.say(ErrorText.archiveText(error), about: error.path.string)
        }
      }
      let untold = work.summary.refused - before - Self.mostMessages
      if untold > 0 {
        context.messages.say(
          "\(NumberText.count(untold, "more line")) refused", about: input.name)
      }
    }

    private let newline = UInt8(ascii: "\n")
    private let longest = LibraryImport.longestLine

    private mutating func take(_ reader: LineReader, _ name: String) throws {
      let before = work.summary.refused
      var number = 0
      while !Interruption.isWanted, let line = reader.next() {
        number += 1
        let refusal: LibraryImport.Refusal?
        switch line {
        case .bytes(let bytes): refusal = try work.add(bytes)
        case .tooLong: refusal = work.refuse(.tooLong)
        }
        note(refusal, "\(name): line \(number)", since: before)
      }
    }

    private mutating func note(
      _ refusal: LibraryImport.Refusal?, _ place: String, since before: Int
    ) {
      progress.update(done: work.summary.lines)
      guard let refusal else { return }
      if case .otherModel(let name) = refusal { otherModel = otherModel ?? name }
      if work.summary.refused - before <= Self.mostMessages {
        context.messages.say(ErrorText.text(refusal), about: place)
      }
    }
  }
}

extension ErrorText {
  /// Why a line was not imported.
  static func text(_ refusal: LibraryImport.Refusal) -> String {
    switch refusal {
    case .tooLong:
      "the line is longer than \(NumberText.bytes(LibraryImport.longestLine)), more than any analysis"
    case .unreadable(.malformed): "this is no analysis"
    case .unreadable(.unknownSchema(let version)):
      "it has format version \(version), which a newer Earshot writes; update Earshot"
    case .unreadable(.impossible(let name)), .outOfRange(let name):
      "its \"\(name)\" is none that there is"
    case .otherModel(let name): "its vector was made by the model \"\(name)\""
    case .otherExcerpt:
      "its vector was made from another part of the song than the library's; see --excerpt"
    case .unknownSound: "it names a sound that the library does not hold, without a vector"
    case .noAnalysis: "this is part of a talk between programs, not an analysis"
    }
  }

  /// Why the vectors of a folder could not be read.
  static func archiveText(_ error: ModelError) -> String {
    switch error.code {
    case .file(let code): text(code)
    case .tooLarge: "it is larger than 1 GiB"
    default: "this is not a sound safetensors file of 32-bit floats"
    }
  }

  /// Why a folder was not imported.
  static func text(_ failure: VectorArchive.Failure) -> String {
    switch failure {
    case .notVectors: "\(VectorArchive.vectorsName) in it holds no vectors of Earshot's"
    case .unknownSchema(let version):
      "\(VectorArchive.vectorsName) has version \"\(version)\", which this Earshot does not know; "
        + "update Earshot"
    case .table: "\(VectorArchive.tableName) in it is no table of tracks"
    case .otherTracks:
      "\(VectorArchive.tableName) has not the tracks of \(VectorArchive.vectorsName) in their order; "
        + "export both together"
    }
  }
}

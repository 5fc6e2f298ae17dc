import AudioDecoding
import Catalogue
import CommandInterface
import Embedding
import Evaluation
import FileAccess
import FileFormats
import Hashing
import ParallelWork
import Plotting

/// `earshot evaluate`: how well models find what belongs together.
enum EvaluateCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let arguments = context.arguments
    try protectInputs(context)
    try PictureOptions.checkLook(arguments, without: "plot")
    let whole = try arguments.paths.isEmpty ? library(context) : LabelTable(arguments.paths)
    let table = whole.sampled(arguments.integer("limit"))
    if table.tracks.count < whole.tracks.count {
      context.messages.say(
        "taking \(NumberText.grouped(table.tracks.count)) of "
          + "\(NumberText.count(whole.tracks.count, "track")), whole artists drawn at random; "
          + "--limit says how many")
    }
    let plan = try EvaluationPlan(context, trackCount: table.tracks.count)
    let copies = arguments.choice("copies") == "all" ? TrackCopy.all : [.original]
    let listener = EvaluationListener(
      subjects: plan.subjects, copies: copies, excerpt: context.excerpt)
    let collection = collect(table, listener, context)
    guard !collection.tracks.isEmpty else {
      throw CommandError.nothingHeard
    }
    let progress = progressLine(
      context, verb: "Measuring", noun: "rows", total: plan.subjects.count)
    let rows = plan.measured(
      collection, withLists: arguments.choice("lists") == "all", advance: { progress.advance() },
      failed: { context.messages.say("no lists could be made: \(text($0))") })
    progress.finish()
    let answer = EvaluationAnswer(
      labels: arguments.paths, trackCount: collection.tracks.count,
      failedCount: table.tracks.count - collection.tracks.count, rows: rows)
    if arguments.format == "json" {
      try context.deliver(JSONValue.object(answer.json).line)
    } else {
      let width = arguments.path("output") == nil ? context.output.terminalWidth : nil
      try context.deliver(Array(answer.text(width: width).utf8))
    }
    if let options = PictureOptions(context, "plot") {
      let figure = answer.plot
      try options.write(standardSize: figure.standardSize) {
        try figure.render(size: $0, format: $1, theme: $2)
      }
    }
    return collection.tracks.count < table.tracks.count ? .someFailed : .success
  }

  private static func text(_ error: any Error) -> String {
    (error as? FileAccessError).map { ErrorText.text($0) }
      ?? EarshotProgram.describe(error)?.text ?? "\(error)"
  }

  /// Makes sure that what is written is nothing that is read, and that both are not one file.
  private static func protectInputs(_ context: CommandContext) throws {
    let arguments = context.arguments
    let names = arguments.paths("model") + arguments.namedFiles("mean-of").flatMap(\.files)
    let models = names.compactMap { try? context.models.find($0) }
    for option in ["output", "plot"] {
      try context.protect(arguments.paths + models + context.libraryFiles, from: option)
    }
    let folder = FolderEntry.currentFolder
    if let output = arguments.path("output"), let plot = arguments.path("plot"),
      output.absolute(in: folder) == plot.absolute(in: folder)
    {
      throw arguments.usageError(.exclusiveOptions("--output", "--plot"))
    }
    if let output = arguments.path("output") { try context.protect([output], from: "plot") }
  }

  /// The library's tracks with what their tags say. A genre that somebody wrote into a tag is
  /// evidence; where a track was taken from is not known, so all count as of one source.
  private static func library(_ context: CommandContext) throws -> LabelTable {
    let tracks = try context.openLibrary().tracks()
    guard !tracks.isEmpty else { throw CommandError.emptyLibrary }
    var table = LabelTable(
      tracks.map { record in
        var track = LabelledTrack(path: record.path.string)
        track.label = record.tags.genre ?? ""
        track.labelEvidence = record.tags.genre == nil ? "none" : "evidence"
        track.artist = record.tags.artist ?? ""
        track.album = record.tags.album ?? ""
        return (track, record.path)
      })
    let shared = table.joinEqualTitles(tracks.map { $0.tags.title ?? "" })
    if shared > 0 {
      context.messages.say(
        "\(NumberText.count(shared, "track")) have artist and title in common with others; "
          + "those count as one song")
    }
    return table
  }

  /// The tables of one model alone, without changed copies.
  static func table(
    _ labels: [FilePath], _ model: EmbeddingModel, _ context: CommandContext
  ) throws -> String {
    let table = try LabelTable(labels)
    let plan = EvaluationPlan(model)
    let collection = collect(
      table, EvaluationListener(subjects: plan.subjects, copies: [.original], excerpt: .middle),
      context)
    guard !collection.tracks.isEmpty else { throw CommandError.nothingHeard }
    return EvaluationAnswer(
      labels: labels, trackCount: collection.tracks.count,
      failedCount: table.tracks.count - collection.tracks.count,
      rows: plan.measured(collection)
    ).text(width: nil)
  }

  private static func collect(
    _ table: LabelTable, _ listener: EvaluationListener, _ context: CommandContext
  ) -> EvaluationCollection {
    let progress = progressLine(
      context, verb: "Listening", noun: "tracks", total: table.tracks.count)
    var collection = EvaluationCollection()
    ParallelWork.run(
      table.tracks.indices, width: ParallelWork.processorCount, ordered: true,
      work: { number in
        listener.listen(
          to: table.files[number], seed: seed(of: table.tracks[number].path))
      },
      receive: { number, result in
        switch result {
        case .success(let heard):
          collection.tracks.append(table.tracks[number])
          collection.heard.append(heard)
          if listener.copies.contains(where: { heard[$0] == nil }) {
            context.messages.say(
              "warning: no re-encoded copy of it could be made",
              about: table.files[number].string)
          }
        case .failure(let error):
          context.messages.say(ErrorText.text(error), about: table.files[number].string)
        }
        progress.advance()
        return true
      })
    progress.finish()
    return collection
  }

  private static func progressLine(
    _ context: CommandContext, verb: String, noun: String, total: Int
  ) -> ProgressLine {
    ProgressLine(
      style: ProgressLine.Style(
        option: context.arguments.choice("progress"), messages: context.messages),
      verb: verb, noun: noun, total: total, messages: context.messages)
  }

  /// What is random of a track depends on its path alone.
  private static func seed(of path: String) -> UInt32 {
    Array(path.utf8).withUnsafeBytes { CRC32C.checksum(of: $0) }
  }
}

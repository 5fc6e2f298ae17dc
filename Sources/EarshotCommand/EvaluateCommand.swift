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
    for option in ["output", "plot"] {
      try context.protect(arguments.paths + context.libraryFiles, from: option)
    }
    let table = try arguments.paths.isEmpty ? library(context) : LabelTable(arguments.paths)
    let plotFormat = try plotFormat(context)
    let subjects = try subjects(context)
    let copies = arguments.choice("copies") == "all" ? TrackCopy.all : [.original]
    let listener = EvaluationListener(
      subjects: subjects, copies: copies, excerpt: context.excerpt)
    let collection = collect(table, listener, context)
    guard !collection.tracks.isEmpty else {
      throw CommandError.nothingHeard
    }
    let rows = subjects.indices.compactMap { number in
      EvaluationRow(subjects[number], number: number, collection)
    }
    let answer = EvaluationAnswer(
      labels: arguments.paths, trackCount: collection.tracks.count,
      failedCount: table.tracks.count - collection.tracks.count, rows: rows)
    if let plot = arguments.path("plot"), let plotFormat {
      try WrittenFile.replace(plot, with: answer.plot.render(format: plotFormat))
    }
    if arguments.format == "json" {
      try context.deliver(JSONValue.object(answer.json).line)
    } else {
      let width = arguments.path("output") == nil ? context.output.terminalWidth : nil
      try context.deliver(Array(answer.text(width: width).utf8))
    }
    return collection.tracks.count < table.tracks.count ? .someFailed : .success
  }

  /// The models that were named, or else all that came with the program; then, where baselines are
  /// wanted, the statistics, networks that have learnt nothing, and the simple ways to compare sound.
  private static func subjects(_ context: CommandContext) throws -> [EvaluationSubject] {
    let locator = context.models
    let named = context.arguments.paths("model")
    let shipped = locator.shippedNames().map { FilePath($0) }
    let standard = shipped.isEmpty ? [FilePath(ModelLocator.defaultName)] : shipped
    var models = try (named.isEmpty ? standard : named).map {
      try EmbeddingModel(locator.find($0))
    }
    guard context.arguments.choice("baselines") == "all" else { return models.map { .model($0) } }
    if let path = try? locator.find(FilePath(statisticsName)) {
      let statistics = try EmbeddingModel(path)
      if !models.contains(where: { $0.identity == statistics.identity }) {
        models.append(statistics)
      }
    } else {
      context.messages.say("warning: no row for \(statisticsName): there is no such model")
    }
    return models.map { .model($0) }
      + UntrainedNetwork.architectures.map { .untrained(UntrainedNetwork($0)) }
      + Baseline.allCases.map { .baseline($0) }
  }

  /// The model that needs no training worth the name: a row beside all others.
  private static let statisticsName = "feature-statistics"

  /// The library's tracks with what their tags say. A genre that somebody wrote into a tag is
  /// evidence; where a track was taken from is not known, so all count as of one source.
  private static func library(_ context: CommandContext) throws -> LabelTable {
    let tracks = try context.openLibrary().tracks()
    guard !tracks.isEmpty else { throw CommandError.emptyLibrary }
    return LabelTable(
      tracks.map { record in
        var track = LabelledTrack(path: record.path.string)
        track.label = record.tags.genre ?? ""
        track.labelEvidence = record.tags.genre == nil ? "none" : "evidence"
        track.artist = record.tags.artist ?? ""
        track.album = record.tags.album ?? ""
        return (track, record.path)
      })
  }

  /// The format that the plot's name stands for, known before the long work begins.
  private static func plotFormat(_ context: CommandContext) throws -> PictureFormat? {
    guard let path = context.arguments.path("plot") else { return nil }
    return path.fileExtension.flatMap(PictureFormat.init(fileExtension:))
  }

  /// The tables of one model alone, without changed copies.
  static func table(
    _ labels: [FilePath], _ model: EmbeddingModel, _ context: CommandContext
  ) throws -> String {
    let table = try LabelTable(labels)
    let subjects = [EvaluationSubject.model(model)]
    let collection = collect(
      table, EvaluationListener(subjects: subjects, copies: [.original], excerpt: .middle), context)
    guard !collection.tracks.isEmpty else { throw CommandError.nothingHeard }
    return EvaluationAnswer(
      labels: labels, trackCount: collection.tracks.count,
      failedCount: table.tracks.count - collection.tracks.count,
      rows: [EvaluationRow(subjects[0], number: 0, collection)].compactMap { $0 }
    ).text(width: nil)
  }

  private static func collect(
    _ table: LabelTable, _ listener: EvaluationListener, _ context: CommandContext
  ) -> EvaluationCollection {
    let style = ProgressLine.Style(
      option: context.arguments.choice("progress"), messages: context.messages)
    let progress = ProgressLine(
      style: style, verb: "Listening", noun: "tracks", total: table.tracks.count,
      messages: context.messages)
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

  /// What is random of a track depends on its path alone.
  private static func seed(of path: String) -> UInt32 {
    Array(path.utf8).withUnsafeBytes { CRC32C.checksum(of: $0) }
  }
}

/// What was heard of the tracks that could be read, in the order of the tables.
struct EvaluationCollection {
  var tracks: [LabelledTrack] = []
  var heard: [EvaluationListener.Heard] = []
}

/// All figures of one model or baseline.
struct EvaluationRow {
  let subject: EvaluationSubject
  let report: RetrievalReport

  /// Compares all tracks, and all copies with all tracks.
  /// - Parameter number: the subject's place among the values heard.
  /// - Returns: nil for a baseline that does not fit these tracks.
  init?(_ subject: EvaluationSubject, number: Int, _ collection: EvaluationCollection) {
    guard let space = subject.space(collection.heard.map { $0[.original]?[number] ?? [] }) else {
      return nil
    }
    // The tracks of which there is such a copy, and their values.
    func values(_ copy: TrackCopy) -> (paths: [String], rows: [[Float]]) {
      var paths: [String] = []
      var rows: [[Float]] = []
      for (track, heard) in zip(collection.tracks, collection.heard) {
        guard let row = heard[copy]?[number] else { continue }
        paths.append(track.path)
        rows.append(row)
      }
      return (paths, rows)
    }
    let originals = values(.original)
    var report = RetrievalReport(
      collection.tracks, space.distances(from: originals.rows, to: originals.rows))
    func find(
      _ name: String, _ copy: TrackCopy, in gallery: (paths: [String], rows: [[Float]])
    ) {
      let copies = values(copy)
      guard !copies.rows.isEmpty, !gallery.rows.isEmpty else { return }
      report.copies.append(
        (
          name,
          CopyFigures(
            space.distances(from: copies.rows, to: gallery.rows), copies: copies.paths,
            gallery: gallery.paths, tracks: collection.tracks)
        ))
    }
    find("mp3_64k", .encoded, in: originals)
    find("gain", .transformed(.gain), in: originals)
    find("equaliser", .transformed(.equaliser), in: originals)
    find("noise", .transformed(.noise), in: originals)
    find("part", .transformed(.firstHalf), in: values(.transformed(.secondHalf)))
    self.subject = subject
    self.report = report
  }
}

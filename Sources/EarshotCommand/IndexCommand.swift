import AnalysisLines
import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Hashing
import MusicLibrary
import ParallelWork
import WorkerProcesses

/// `earshot index`: brings the library in step with folders of music.
enum IndexCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let location = context.location
    let folders = context.arguments.paths.map { $0.absolute(in: FolderEntry.currentFolder) }
    let exclusions = try exclusions(context)
    // A mistyped name must not leave an empty library behind.
    for folder in folders { _ = try FolderEntry(at: folder, followLinks: true) }
    let named =
      context.arguments.isGiven("model") ? try context.namedOrDefaultModel() : nil
    let lock = try context.lockLibrary()
    defer { withExtendedLifetime(lock) {} }
    let catalogue = try Catalogue(location.catalogue, access: .writing)
    let model = try named ?? model(context, catalogue)
    try context.keepCopy(of: model)
    Interruption.note()
    var options = options(context)
    options.exclusions = exclusions
    options.sections = try context.settleSections(of: catalogue)
    let pool = try context.workerPool(
      for: WorkerTask(
        model: location.modelFile(model.identity).absolute(in: FolderEntry.currentFolder),
        identity: model.identity, excerpt: try context.settleExcerpt(of: catalogue),
        descriptors: options.descriptors, sections: options.sections),
      limits: context.arguments.workerLimits, isStopping: { Interruption.isWanted })
    let indexer = Indexer(
      catalogue: catalogue, location: location, model: model,
      analyst: WorkerAnalyst(
        pool: pool, model: model.identity, dimension: model.dimension,
        describe: { ErrorText.reason($0) }),
      options: options, now: { ProcessEnvironment.secondsSince1970 },
      clock: ProgressLine.monotonicSeconds)
    let summary = try watch(context) { report in try indexer.run(folders, report: report) }
    tell(summary, model, context)
    if summary.isInterrupted { return Interruption.exitStatus }
    return summary.failed > 0 ? .someFailed : .success
  }

  private static func options(_ context: CommandContext) -> IndexOptions {
    var options = IndexOptions()
    options.workers = context.arguments.integerIfGiven("workers") ?? ParallelWork.processorCount
    options.descriptors = context.arguments.choice("descriptors") == "all"
    options.fingerprints = options.descriptors
    options.force = context.arguments.flag("force")
    options.retryFailed = context.arguments.flag("retry-failed")
    options.followLinks = context.arguments.flag("follow-links")
    return options
  }

  private static func exclusions(_ context: CommandContext) throws -> [NamePattern] {
    try context.arguments.paths("exclude").map { text in
      guard let pattern = NamePattern(text.bytes) else {
        throw context.arguments.usageError(
          .notAPattern(option: "--exclude", value: text.string))
      }
      return pattern
    }
  }

  /// The model that the library has, else the default.
  private static func model(
    _ context: CommandContext, _ catalogue: Catalogue
  ) throws -> EmbeddingModel {
    try catalogue.mainModel() == nil
      ? context.namedOrDefaultModel() : context.model(for: catalogue).model
  }

  /// Shows how far the work is while it is done.
  private static func watch(
    _ context: CommandContext, _ work: ((IndexEvent) -> Bool) throws -> IndexSummary
  ) throws -> IndexSummary {
    let messages = context.messages
    let style = ProgressLine.Style(
      option: context.arguments.choice("progress"), messages: messages)
    let scanning = ProgressLine(
      style: style, verb: "Scanning", noun: "files", total: nil, messages: messages)
    var indexing: ProgressLine?
    defer { indexing?.finish() }
    return try work { event in
      switch event {
      case .scanning(let found): scanning.update(done: found)
      case .outdated(let count):
        messages.say(
          "the descriptors of \(NumberText.count(count, "file")) are of an older version; "
            + "\(count == 1 ? "it is" : "they are") listened to again")
      case .withoutSections(let count):
        messages.say(
          "\(NumberText.count(count, "long file")) \(count == 1 ? "has" : "have") no sections yet; "
            + "\(count == 1 ? "it is" : "they are") listened to again")
      case .started(let pending):
        scanning.finish()
        indexing = ProgressLine(
          style: style, verb: "Indexing", noun: "tracks", total: pending, messages: messages)
      case .estimated(let estimate): if style != .none { messages.say(text(estimate)) }
      case .progressed(let done, _): indexing?.update(done: done)
      case .warned(let path, let warnings):
        if let text = ErrorText.text(warnings) { messages.say(text, about: path.string) }
      case .unreadable(let path): messages.say("it cannot be looked into", about: path.string)
      case .failed(let path, let failure):
        messages.say("\(failure.message) [\(failure.code)]", about: path.string)
      case .withoutFingerprints(let error):
        messages.say("\(ErrorText.text(error)); indexing goes on without fingerprints")
      case .finishing: indexing?.finish()
      }
      return !Interruption.isWanted
    }
  }

  private static func text(_ estimate: IndexEstimate) -> String {
    let rate = NumberText.grouped(Int((60 * estimate.filesPerSecond).rounded()))
    return "\(NumberText.grouped(estimate.files)) files, about "
      + "\(NumberText.duration(seconds: estimate.musicSeconds)) of music; \(rate) tracks/min on this "
      + "machine: about \(NumberText.duration(seconds: estimate.secondsLeft)) to go"
  }

  private static func tell(
    _ summary: IndexSummary, _ model: EmbeddingModel, _ context: CommandContext
  ) {
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      for (name, count) in counts(summary) { object[name] = .integer(count) }
      object["interrupted"] = .bool(summary.isInterrupted)
      object["model"] = .object(JSONObject(model))
      context.writeLine(object)
      return
    }
    var parts = ["\(NumberText.count(summary.analysed, "track")) listened to"]
    let others = [
      (summary.unchanged, "unchanged"), (summary.known, "known by sound"),
      (summary.failed, "failed"), (summary.failedBefore, "failed before and unchanged"),
      (summary.unreadable, "that cannot be looked into"),
      (summary.skipped - summary.excluded, "passed over"), (summary.excluded, "excluded"),
      (summary.missing, "no longer there"),
    ]
    for (count, meaning) in others where count > 0 {
      parts.append("\(NumberText.grouped(count)) \(meaning)")
    }
    let end = summary.isInterrupted ? "; stopped early, run it again to go on" : ""
    context.messages.say(parts.joined(separator: ", ") + end)
    if summary.setAside > 0 {
      context.messages.say(
        "\(NumberText.count(summary.setAside, "file")) of the library "
          + "\(summary.setAside == 1 ? "is" : "are") excluded now and no longer suggested; "
          + "index without the exclusion to have \(summary.setAside == 1 ? "it" : "them") back")
    }
    if summary.failed > 0 {
      context.messages.say("'earshot library failures' lists the files that failed")
    }
  }

  private static func counts(_ summary: IndexSummary) -> [(String, Int)] {
    [
      ("found", summary.found), ("analysed", summary.analysed), ("unchanged", summary.unchanged),
      ("known", summary.known), ("failed", summary.failed), ("failedBefore", summary.failedBefore),
      ("skipped", summary.skipped), ("unreadable", summary.unreadable), ("warned", summary.warned),
      ("missing", summary.missing), ("excluded", summary.excluded), ("setAside", summary.setAside),
      ("outdated", summary.outdated), ("withoutSections", summary.withoutSections),
    ]
  }
}

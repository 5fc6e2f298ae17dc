import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Hashing
import MusicLibrary
import ParallelWork
import WorkerProcesses

/// `earshot library add-model`: a second model for a library, which answers when it is complete.
enum AddModelCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let location = context.location
    let model = try EmbeddingModel(context.models.find(context.arguments.paths[0]))
    let lock = try context.lockExistingLibrary()
    defer { withExtendedLifetime(lock) {} }
    let catalogue = try Catalogue(location.catalogue, access: .writing)
    guard let old = try catalogue.mainModel() else { throw CommandError.emptyLibrary }
    try context.keepCopy(of: model)
    Interruption.note()
    let limits = context.arguments.workerLimits
    let pool = try context.workerPool(
      for: WorkerTask(
        model: location.modelFile(model.identity).absolute(in: FolderEntry.currentFolder),
        identity: model.identity, excerpt: try context.excerpt(of: catalogue) ?? .middle,
        descriptors: false, sections: try catalogue.wantsSections()),
      limits: limits, isStopping: { Interruption.isWanted })
    let addition = ModelAddition(
      catalogue: catalogue, location: location, model: model,
      analyst: WorkerAnalyst(
        pool: pool, model: model.identity, dimension: model.dimension,
        describe: { ErrorText.reason($0) }),
      workers: context.arguments.integerIfGiven("workers") ?? ParallelWork.processorCount)
    let summary = try context.watchRelistening { try addition.run(report: $0) }
    tell(summary, model, old, context)
    if summary.isInterrupted { return Interruption.exitStatus }
    return summary.failed > 0 ? .someFailed : .success
  }

  private static func tell(
    _ summary: ModelAdditionSummary, _ model: EmbeddingModel, _ old: ModelRecord,
    _ context: CommandContext
  ) {
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object["model"] = .object(JSONObject(model))
      object["added"] = .integer(summary.added)
      object["present"] = .integer(summary.present)
      object["failed"] = .integer(summary.failed)
      object["missing"] = .integer(summary.missing)
      object["main"] = .bool(summary.isMain)
      object["interrupted"] = .bool(summary.isInterrupted)
      context.writeLine(object)
      return
    }
    var text = "\(NumberText.count(summary.added, "track")) listened to"
    for (count, meaning) in [
      (summary.present, "done before"), (summary.failed, "failed"),
      (summary.missing, "without a file, which only the old model knows"),
    ] where count > 0 {
      text += ", \(NumberText.grouped(count)) \(meaning)"
    }
    let end =
      summary.isMain
      ? "; \"\(model.name)\" answers from now on"
      : "; stopped early, \"\(old.name)\" goes on answering; run it again to go on"
    context.messages.say(text + end)
  }
}

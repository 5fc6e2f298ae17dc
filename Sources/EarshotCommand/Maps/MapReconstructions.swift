import Catalogue
import CommandInterface
import Embedding
import FileAccess
import MusicLibrary
import ParallelWork
import WorkerProcesses

/// Sees that a library knows how well its model draws each track again, before a map is coloured by it. No
/// other reads the library meanwhile: writing may make an older one a newer one.
enum MapReconstructions {
  /// - Returns: false when it was stopped.
  static func measure(_ context: CommandContext) throws -> Bool {
    let reading = try context.openLibrary()
    let (model, file, record) = try context.model(for: reading)
    guard try ModelDrawer(model) != nil else { throw CommandError.noDecoder(model.name) }
    if try ReconstructionSurvey(catalogue: reading, model: record).isComplete() { return true }
    let lock: LibraryLock
    do throws(CommandError) {
      lock = try context.lockLibrary()
    } catch {
      // What is known can be drawn.
      guard try !reading.reconstructionErrors(model: record).isEmpty else { throw error }
      context.messages.say("no more tracks are measured: \(error.text)")
      return true
    }
    defer { withExtendedLifetime(lock) {} }
    let catalogue = try Catalogue(context.location.catalogue, access: .writing)
    Interruption.note()
    defer { Interruption.release() }
    let pool = try context.workerPool(
      for: WorkerTask(
        model: file.absolute(in: FolderEntry.currentFolder), identity: model.identity,
        excerpt: try context.excerpt(of: catalogue) ?? .middle, descriptors: false,
        reconstructions: true),
      limits: context.arguments.workerLimits, isStopping: { Interruption.isWanted })
    let analyst = WorkerAnalyst(
      pool: pool, model: model.identity, dimension: model.dimension,
      describe: { ErrorText.reason($0) })
    let survey = ReconstructionSurvey(catalogue: catalogue, model: record)
    let summary = try context.watchRelistening {
      try survey.run(with: analyst, workers: ParallelWork.processorCount, report: $0)
    }
    if summary.failed > 0 {
      context.messages.say(
        "\(NumberText.count(summary.failed, "track")) could not be measured and are drawn as not known"
      )
    }
    return !Interruption.isWanted
  }
}

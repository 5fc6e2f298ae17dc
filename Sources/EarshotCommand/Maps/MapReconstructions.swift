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
    let lock = try context.lockExistingLibrary()
    defer { withExtendedLifetime(lock) {} }
    let catalogue = try Catalogue(context.location.catalogue, access: .writing)
    Interruption.note()
    let pool = try context.workerPool(
      for: WorkerTask(
        model: file.absolute(in: FolderEntry.currentFolder), identity: model.identity,
        excerpt: try context.excerpt(of: catalogue) ?? .middle, descriptors: false,
        reconstructions: true),
      limits: WorkerLimits(), isStopping: { Interruption.isWanted })
    let analyst = WorkerAnalyst(
      pool: pool, model: model.identity, dimension: model.dimension,
      describe: { ErrorText.reason($0) })
    let survey = ReconstructionSurvey(catalogue: catalogue, model: record)
    let summary = try context.watchRelistening {
      try survey.run(with: analyst, workers: ParallelWork.processorCount, report: $0)
    }
    return !summary.isInterrupted
  }
}

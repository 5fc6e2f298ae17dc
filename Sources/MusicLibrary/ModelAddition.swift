internal import AnalysisLines
public import Catalogue
public import Embedding
public import FileAccess
internal import ParallelWork

/// What giving a library a second model did.
public struct ModelAdditionSummary: Equatable, Sendable {
  /// Tracks that got a vector.
  public var added = 0
  /// Tracks that had one before.
  public var present = 0
  /// Tracks whose file failed or holds another sound by now.
  public var failed = 0
  /// Tracks of which no file is there.
  public var missing = 0
  /// Whether the model answers from now on.
  public var isMain = false
  /// Whether the work was stopped before its end.
  public var isInterrupted = false
}

/// Listens to all tracks of a library once more, for the vectors of another model. The old model answers
/// until the new one has all vectors that can be had; then the new one does. Stopped, it goes on where it
/// was.
public struct ModelAddition {
  /// What happens, for those who watch.
  public enum Event: Sendable {
    /// So many tracks are to be listened to.
    case started(pending: Int)
    /// A file failed.
    case failed(FilePath, message: String, code: String)
    /// So many are done.
    case progressed(done: Int)
  }

  private let catalogue: Catalogue
  private let location: LibraryLocation
  private let model: EmbeddingModel
  private let analyst: any TrackAnalyst
  private let workers: Int

  /// - Parameters:
  ///   - catalogue: the library, open for writing.
  ///   - location: where it lies.
  ///   - model: the model to add.
  ///   - analyst: who listens, with that model.
  ///   - workers: how many files are listened to at once.
  public init(
    catalogue: Catalogue, location: LibraryLocation, model: EmbeddingModel,
    analyst: any TrackAnalyst, workers: Int
  ) {
    self.catalogue = catalogue
    self.location = location
    self.model = model
    self.analyst = analyst
    self.workers = workers
  }

  /// A track to be listened to, by one of its files.
  private struct Pending: Sendable {
    let track: TrackRecord
    let stamp: FileStamp
  }

  /// What is kept of a track that was listened to.
  private struct Heard {
    let track: Int64
    let embedding: EmbeddingRecord
    let sections: [SectionRecord]?
  }

  /// Adds what is missing.
  /// - Parameter report: told what happens; false asks the run to stop soon and soundly.
  /// - Throws: `CatalogueError`, `SearchFileError`, `WorkerStartError`.
  public func run(report: (Event) -> Bool) throws -> ModelAdditionSummary {
    var summary = ModelAdditionSummary()
    let record = try catalogue.record(model)
    let pending = try plan(record, &summary)
    guard report(.started(pending: pending.count)) else {
      summary.isInterrupted = true
      return summary
    }
    let analyst = analyst
    let total = pending.count
    var batch: [Heard] = []
    var done = 0
    try ParallelWork.run(
      pending, width: workers, ordered: false,
      work: { analyst.analyse($0.stamp, followLinks: true) { _ in false } },
      receive: { pending, outcome in
        switch outcome {
        case .analysed(_, let analysis)
        where analysis.sound.identity == pending.track.sound.identity:
          batch.append(
            Heard(
              track: pending.track.number, embedding: analysis.embedding,
              sections: analysis.sections))
          summary.added += 1
        case .failed(let stamp, let failure):
          summary.failed += 1
          _ = report(.failed(stamp.path, message: failure.message, code: failure.code))
        case .unavailable(let error): throw error
        case .analysed, .known: summary.failed += 1
        case .unfinished: break
        }
        done += 1
        if batch.count == Indexer.batchSize { try keep(&batch, record) }
        let goOn = report(.progressed(done: done))
        if !goOn { summary.isInterrupted = done < total }
        return goOn
      })
    try keep(&batch, record)
    guard !summary.isInterrupted else { return summary }
    try LibrarySearch.refresh(catalogue: catalogue, location: location, model: record)
    try catalogue.transaction { () throws(CatalogueError) in try catalogue.setMainModel(record) }
    // Under the name that belongs to the model that answers.
    try LibrarySearch.refresh(catalogue: catalogue, location: location, model: record)
    try catalogue.checkpoint()
    summary.isMain = true
    return summary
  }

  private func plan(
    _ record: ModelRecord, _ summary: inout ModelAdditionSummary
  ) throws -> [Pending] {
    let present = Set(try catalogue.embeddedTracks(model: record).values)
    let files = try catalogue.files()
    var pending: [Pending] = []
    for track in try catalogue.tracks() {
      if present.contains(track.number) {
        summary.present += 1
      } else if let file = files[track.path], !file.isMissing {
        pending.append(Pending(track: track, stamp: file.stamp))
      }
    }
    summary.missing =
      Set(files.values.filter(\.isMissing).compactMap(\.track))
      .subtracting(files.values.filter { !$0.isMissing }.compactMap(\.track)).count
    return pending
  }

  private func keep(
    _ batch: inout [Heard], _ record: ModelRecord
  ) throws(CatalogueError) {
    guard !batch.isEmpty else { return }
    let vectors = batch
    try catalogue.transaction { () throws(CatalogueError) in
      for heard in vectors {
        try catalogue.record(heard.embedding, of: heard.track, model: record)
        if let sections = heard.sections {
          try catalogue.record(sections, of: heard.track, model: record)
        }
      }
    }
    batch.removeAll()
  }
}

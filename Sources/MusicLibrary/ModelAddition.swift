internal import AnalysisLines
public import Catalogue
public import Embedding

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

  /// Adds what is missing.
  /// - Parameter report: told what happens; false asks the run to stop soon and soundly.
  /// - Throws: `CatalogueError`, `SearchFileError`, `WorkerStartError`.
  public func run(report: (RelisteningEvent) -> Bool) throws -> ModelAdditionSummary {
    var summary = ModelAdditionSummary()
    let record = try catalogue.record(model)
    let present = Set(try catalogue.embeddedTracks(model: record).values)
    let (pending, missing) = try Relistening.tracks(of: catalogue) {
      !present.contains($0.number)
    }
    summary.present = try catalogue.tracks().count { present.contains($0.number) }
    summary.missing = missing
    let outcome = try Relistening(analyst: analyst, workers: workers).run(pending, report: report) {
      try keep($0, record)
      summary.added += $0.count
    }
    (summary.failed, summary.isInterrupted) = (outcome.failed, outcome.isInterrupted)
    guard !summary.isInterrupted else { return summary }
    try LibrarySearch.refresh(catalogue: catalogue, location: location, model: record)
    try catalogue.transaction { () throws(CatalogueError) in try catalogue.setMainModel(record) }
    // Under the name that belongs to the model that answers.
    try LibrarySearch.refresh(catalogue: catalogue, location: location, model: record)
    try catalogue.checkpoint()
    summary.isMain = true
    return summary
  }

  private func keep(
    _ heard: [(track: TrackRecord, analysis: TrackAnalysis)], _ record: ModelRecord
  ) throws(CatalogueError) {
    try catalogue.transaction { () throws(CatalogueError) in
      for (track, analysis) in heard {
        try catalogue.record(analysis.embedding, of: track.number, model: record)
        if let sections = analysis.sections {
          try catalogue.record(sections, of: track.number, model: record)
        }
      }
    }
  }
}

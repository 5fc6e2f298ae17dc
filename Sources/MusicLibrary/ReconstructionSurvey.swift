internal import AnalysisLines
public import Catalogue

/// What measuring how well a model draws a library's tracks again did.
public struct ReconstructionSummary: Equatable, Sendable {
  /// Tracks that were measured.
  public var measured = 0
  /// Tracks whose file failed or holds another sound by now.
  public var failed = 0
  /// Whether the work was stopped before its end.
  public var isInterrupted = false
}

/// Listens to the tracks of a library of which it is not known how well its model draws them again. Stopped,
/// it goes on where it was.
public struct ReconstructionSurvey {
  private let catalogue: Catalogue
  private let model: ModelRecord

  /// - Parameters:
  ///   - catalogue: the library, open for writing where ``run(with:workers:report:)`` is called.
  ///   - model: the model whose vectors the tracks have.
  public init(catalogue: Catalogue, model: ModelRecord) {
    (self.catalogue, self.model) = (catalogue, model)
  }

  private func pending() throws(CatalogueError) -> [Relistening.Pending] {
    let known = try catalogue.reconstructionErrors(model: model)
    let embedded = Set(try catalogue.embeddedTracks(model: model).values)
    return try Relistening.tracks(of: catalogue) {
      embedded.contains($0.number) && known[$0.number] == nil
    }.pending
  }

  /// Whether every track that can be heard has been measured.
  public func isComplete() throws(CatalogueError) -> Bool { try pending().isEmpty }

  /// Measures what is missing.
  /// - Parameters:
  ///   - analyst: who listens, with that model, and draws.
  ///   - workers: how many files are listened to at once.
  ///   - report: told what happens; false asks to stop soon and soundly.
  /// - Throws: `CatalogueError`, `WorkerStartError`.
  public func run(
    with analyst: any TrackAnalyst, workers: Int, report: (RelisteningEvent) -> Bool
  ) throws -> ReconstructionSummary {
    var summary = ReconstructionSummary()
    let outcome = try Relistening(analyst: analyst, workers: workers).run(
      pending(), report: report
    ) { heard in
      let errors = heard.compactMap { track, analysis in
        analysis.reconstructionError.map { (track: track.number, error: $0) }
      }
      try catalogue.record(reconstructionErrors: errors, model: model)
      summary.measured += errors.count
    }
    (summary.failed, summary.isInterrupted) = (outcome.failed, outcome.isInterrupted)
    return summary
  }
}

internal import AnalysisLines
internal import Catalogue
public import FileAccess
internal import ParallelWork

/// What happens while tracks are listened to again, for those who watch.
public enum RelisteningEvent: Sendable {
  /// So many tracks are to be listened to.
  case started(pending: Int)
  /// A file failed.
  case failed(FilePath, message: String, code: String)
  /// So many are done.
  case progressed(done: Int)
}

/// Listens once more to tracks that a library holds, each by one of its files.
struct Relistening {
  let analyst: any TrackAnalyst
  /// How many files are listened to at once.
  let workers: Int

  /// A track to be listened to.
  struct Pending: Sendable {
    let track: TrackRecord
    let stamp: FileStamp
  }

  /// What came of it.
  struct Outcome {
    /// Tracks whose file failed or holds another sound by now.
    var failed = 0
    /// Whether it was stopped before its end.
    var isInterrupted = false
  }

  /// Tracks of which a file is there, and how many there are without one.
  static func tracks(
    of catalogue: Catalogue, where isWanted: (TrackRecord) -> Bool
  ) throws(CatalogueError) -> (pending: [Pending], missing: Int) {
    let files = try catalogue.files()
    var pending: [Pending] = []
    for track in try catalogue.tracks() where isWanted(track) {
      if let file = files[track.path], !file.isMissing {
        pending.append(Pending(track: track, stamp: file.stamp))
      }
    }
    let missing = Set(files.values.filter(\.isMissing).compactMap(\.track))
      .subtracting(files.values.filter { !$0.isMissing }.compactMap(\.track))
    return (pending, missing.count)
  }

  /// Listens.
  /// - Parameters:
  ///   - report: told what happens; false asks to stop soon and soundly.
  ///   - keep: keeps what was heard of some tracks, so many at once that one transaction is worth it.
  /// - Throws: what `keep` throws, `WorkerStartError`.
  func run(
    _ pending: [Pending], report: (RelisteningEvent) -> Bool,
    keep: ([(track: TrackRecord, analysis: TrackAnalysis)]) throws -> Void
  ) throws -> Outcome {
    var outcome = Outcome()
    guard report(.started(pending: pending.count)) else {
      outcome.isInterrupted = true
      return outcome
    }
    let analyst = analyst
    var batch: [(track: TrackRecord, analysis: TrackAnalysis)] = []
    var done = 0
    try ParallelWork.run(
      pending, width: workers, ordered: false,
      work: { pending in
        analyst.analyse(pending.stamp, followLinks: true) { _ in false }
      },
      receive: { asked, heard in
        switch heard {
        case .analysed(_, let analysis)
        where analysis.sound.identity == asked.track.sound.identity:
          batch.append((asked.track, analysis))
        case .failed(let stamp, let failure):
          outcome.failed += 1
          _ = report(.failed(stamp.path, message: failure.message, code: failure.code))
        case .unavailable(let error): throw error
        case .analysed, .known: outcome.failed += 1
        case .unfinished: break
        }
        done += 1
        if batch.count == Indexer.batchSize {
          try keep(batch)
          batch.removeAll()
        }
        let goOn = report(.progressed(done: done))
        if !goOn { outcome.isInterrupted = done < pending.count }
        return goOn
      })
    if !batch.isEmpty { try keep(batch) }
    return outcome
  }
}

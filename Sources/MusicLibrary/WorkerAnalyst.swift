internal import AnalysisLines
public import Catalogue
internal import FileAccess
public import Hashing
public import WorkerProcesses

/// Listens to files by worker processes: what a file does to a decoder is done to one of them.
public struct WorkerAnalyst: TrackAnalyst {
  private let pool: WorkerPool
  private let model: Digest
  private let dimension: Int
  private let describe: @Sendable (WorkerFailure) -> String

  /// - Parameters:
  ///   - pool: workers that use the model.
  ///   - model: the identity of the model.
  ///   - dimension: the length of its vectors.
  ///   - describe: the words for a worker's end, kept in the library for people to read.
  public init(
    pool: WorkerPool, model: Digest, dimension: Int,
    describe: @escaping @Sendable (WorkerFailure) -> String
  ) {
    self.pool = pool
    self.model = model
    self.dimension = dimension
    self.describe = describe
  }

  /// Has a worker listen to a file; see ``TrackAnalyst/analyse(_:followLinks:isKnown:)``.
  public func analyse(
    _ stamp: FileStamp, followLinks: Bool, isKnown: (Digest) -> Bool
  ) -> AnalysisOutcome {
    let request = AnalysisRequest(path: stamp.path, followLinks: followLinks, asks: true)
    var reply: AnalysisOutcome?
    do throws(WorkerStartError) {
      let result = try pool.ask(request.bytes) { bytes in
        guard let line = try? AnalysisLine(bytes), line.path == stamp.path else { return .garbled }
        let stamp = line.stamp ?? stamp
        switch line.content {
        case .question(let identity):
          return .question(answer: AnalysisAnswer.bytes(isWanted: !isKnown(identity)))
        case .analysed(let analysis, let model):
          guard model.identity == self.model, model.dimension == dimension else { return .garbled }
          reply = .analysed(stamp, analysis)
        case .known(let identity, let tags):
          // A worker that was never told so must not make up a sound.
          guard isKnown(identity) else { return .garbled }
          reply = .known(stamp, identity: identity, tags: tags)
        case .failed(let failure): reply = .failed(stamp, failure)
        }
        return .reply
      }
      switch result {
      case .success: return reply ?? .unfinished
      case .failure(.stopped): return .unfinished
      case .failure(let failure):
        return .failed(
          stamp, AnalysisFailure(code: failure.code, message: describe(failure)))
      }
    } catch {
      return .unavailable(error)
    }
  }
}

public import AnalysisLines
public import AudioDecoding
public import Catalogue
public import Hashing
public import WorkerProcesses

/// Whoever listens to files for the library: this process, or workers.
public protocol TrackAnalyst: Sendable {
  /// Listens to a file, from any thread.
  /// - Parameters:
  ///   - stamp: the file as the scan saw it.
  ///   - followLinks: whether the name may be a link.
  ///   - isKnown: whether the library holds a sound already, so that decoding can be spared.
  func analyse(
    _ stamp: FileStamp, followLinks: Bool, isKnown: (Digest) -> Bool
  ) -> AnalysisOutcome
}

/// What a file is, as far as it had to be looked at.
public enum AnalysisOutcome: Sendable {
  /// It was decoded and analysed.
  case analysed(FileStamp, TrackAnalysis)
  /// Its sound is one that is known; only its labels were read.
  case known(FileStamp, identity: Digest, tags: TagRecord)
  /// It is no music.
  case failed(FileStamp, AnalysisFailure)
  /// The work was stopped before it was through.
  case unfinished
  /// There is nobody to listen to it.
  case unavailable(WorkerStartError)
}

/// How failures and warnings are told to people.
public struct AnalysisWords: Sendable {
  let failure: @Sendable (AudioDecodingError) -> String
  let warning: @Sendable (DecodingWarning) -> String
  let sectionsEnd: @Sendable (_ seconds: Int) -> String

  /// Takes what makes the words.
  /// - Parameter sectionsEnd: tells that for lack of time a track has sections only up to this second.
  public init(
    failure: @escaping @Sendable (AudioDecodingError) -> String,
    warning: @escaping @Sendable (DecodingWarning) -> String,
    sectionsEnd: @escaping @Sendable (_ seconds: Int) -> String = { "sections-end \($0)" }
  ) {
    self.failure = failure
    self.warning = warning
    self.sectionsEnd = sectionsEnd
  }

  /// The bare codes.
  public static let codes = AnalysisWords(
    failure: { $0.code.rawValue }, warning: { "\($0)" })
}
